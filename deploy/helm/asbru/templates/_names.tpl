{{/* What everything of this release is named after. */}}
{{- define "asbru.name" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What pods of a role are chosen by. Takes root and role. */}}
{{- define "asbru.selector" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .role }}
{{- end -}}

{{/* The labels of what belongs to a role. Takes root and role. */}}
{{- define "asbru.labels" -}}
{{ include "asbru.release" .root }}
app.kubernetes.io/component: {{ .role }}
{{- end -}}

{{/* The labels of what belongs to the release. */}}
{{- define "asbru.release" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{/* The Secret with the cluster's key and the admins' token. */}}
{{- define "asbru.secret" -}}
{{- .Values.secrets.existingSecret | default (include "asbru.name" .) -}}
{{- end -}}

{{/* The addresses of a port of all NATS servers. Takes root, port and scheme. */}}
{{- define "asbru.natsAddresses" -}}
{{- $name := printf "%s-nats" (include "asbru.name" .root) -}}
{{- $all := list -}}
{{- range $i := until (int .root.Values.nats.replicas) -}}
{{- $all = append $all (printf "%s%s-%d.%s:%d" $.scheme $name $i $name (int $.port)) -}}
{{- end -}}
{{- join "," $all -}}
{{- end -}}

{{- define "asbru.natsURL" -}}
{{- if .Values.nats.enabled -}}
{{- include "asbru.natsAddresses" (dict "root" . "port" 4222 "scheme" "nats://") -}}
{{- else -}}
{{- .Values.nats.url -}}
{{- end -}}
{{- end -}}
