{{/*
The metadata and spec of a role's pods. Takes root, role, stop (the seconds that a pod may
take to drain), args, ports, env, mounts and volumes; the last four may be left out.

There is no preStop hook: readiness turns false with SIGTERM, and an edge goes on taking
connections for its drain grace.
*/}}
{{- define "asbru.pod" -}}
{{- $values := index .root.Values .role -}}
metadata:
  labels:
    {{- include "asbru.labels" . | nindent 4 }}
  {{- with $values.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  terminationGracePeriodSeconds: {{ add .stop 15 }}
  automountServiceAccountToken: false
  # The variables of Kubernetes' services would begin with ASBRU_, as those of flags do.
  enableServiceLinks: false
  securityContext:
    runAsNonRoot: true
    runAsUser: 65532
    runAsGroup: 65532
    fsGroup: 65532
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile: { type: RuntimeDefault }
  {{- with .root.Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  topologySpreadConstraints:
    {{- range .root.Values.spread.topologyKeys }}
    - topologyKey: {{ . }}
      maxSkew: 1
      whenUnsatisfiable: {{ $.root.Values.spread.whenUnsatisfiable }}
      labelSelector:
        matchLabels:
          {{- include "asbru.selector" $ | nindent 10 }}
    {{- end }}
  {{- with $values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  containers:
    - name: asbru
      image: {{ .root.Values.image | quote }}
      imagePullPolicy: {{ .root.Values.imagePullPolicy }}
      args:
        - {{ .role }}
        {{- range concat .args $values.extraArgs }}
        - {{ . | quote }}
        {{- end }}
      env:
        - name: ASBRU_SECRET_KEY
          valueFrom:
            secretKeyRef: { name: {{ include "asbru.secret" .root }}, key: secret-key }
        - name: ASBRU_NODE_ID
          valueFrom:
            fieldRef: { fieldPath: metadata.name }
        - { name: ASBRU_DATA_DIR, value: /data }
        - { name: ASBRU_OPS_LISTEN, value: ":9090" }
        - { name: ASBRU_LOG_FORMAT, value: json }
        - { name: ASBRU_LOG_LEVEL, value: {{ .root.Values.logLevel }} }
        {{- with concat (.env | default list) $values.env }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with $values.envFrom }}
      envFrom:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      ports:
        - { name: ops, containerPort: 9090 }
        {{- range $name, $port := .ports }}
        - { name: {{ $name }}, containerPort: {{ $port }} }
        {{- end }}
      # As long as it takes to read what is on disk.
      startupProbe:
        httpGet: { path: /livez, port: ops }
        periodSeconds: 2
        timeoutSeconds: 2
        failureThreshold: 150
      livenessProbe:
        httpGet: { path: /livez, port: ops }
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 3
      readinessProbe:
        httpGet: { path: /readyz, port: ops }
        periodSeconds: 2
        timeoutSeconds: 2
        failureThreshold: 2
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: { drop: [ALL] }
      resources:
        {{- toYaml $values.resources | nindent 8 }}
      volumeMounts:
        - { name: data, mountPath: /data }
        {{- with .mounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  {{- with .volumes }}
  volumes:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{/* A variable of which a Secret has the value. Takes root, name, and from: redis or store. */}}
{{- define "asbru.url" -}}
{{- $values := index .root.Values .from -}}
name: {{ .name }}
valueFrom:
  secretKeyRef:
    name: {{ $values.existingSecret | default (printf "%s-urls" (include "asbru.name" .root)) }}
    key: {{ ternary $values.key (printf "%s-url" .from) (ne $values.existingSecret "") }}
{{- end -}}

{{/* The rest of a Deployment's spec. Takes root and role. */}}
{{- define "asbru.deployment" -}}
{{- $values := index .root.Values .role -}}
revisionHistoryLimit: 5
{{- if not (dig "autoscaling" "enabled" false $values) }}
replicas: {{ $values.replicas }}
{{- end }}
strategy:
  type: RollingUpdate
  rollingUpdate: { maxUnavailable: 0, maxSurge: 1 }
selector:
  matchLabels:
    {{- include "asbru.selector" . | nindent 4 }}
{{- end -}}
