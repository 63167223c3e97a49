package deploy_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
)

// manifest is what the tests look at in an object of Kubernetes.
type manifest struct {
	Kind     string
	Metadata struct {
		Name        string
		Labels      map[string]string
		Annotations map[string]string
	}
	Data map[string]string
	Spec struct {
		Replicas             *int
		ServiceName          string `yaml:"serviceName"`
		Selector             yaml.Node
		PodSelector          yaml.Node  `yaml:"podSelector"`
		VolumeClaimTemplates []manifest `yaml:"volumeClaimTemplates"`
		Template             *struct {
			Metadata struct{ Labels map[string]string }
			Spec     podSpec
		}
		Ports []struct {
			TargetPort string `yaml:"targetPort"`
		}
	}
}

type podSpec struct {
	TerminationGracePeriodSeconds float64 `yaml:"terminationGracePeriodSeconds"`
	AutomountServiceAccountToken  *bool   `yaml:"automountServiceAccountToken"`
	EnableServiceLinks            *bool   `yaml:"enableServiceLinks"`
	SecurityContext               struct {
		RunAsNonRoot   bool                  `yaml:"runAsNonRoot"`
		SeccompProfile struct{ Type string } `yaml:"seccompProfile"`
	} `yaml:"securityContext"`
	TopologySpreadConstraints []yaml.Node `yaml:"topologySpreadConstraints"`
	Containers                []container
}

type container struct {
	Args []string
	Env  []struct {
		Name, Value string
		ValueFrom   struct {
			SecretKeyRef *struct{ Name, Key string } `yaml:"secretKeyRef"`
		} `yaml:"valueFrom"`
	}
	Ports []struct {
		Name          string
		ContainerPort int `yaml:"containerPort"`
	}
	LivenessProbe   probe `yaml:"livenessProbe"`
	ReadinessProbe  probe `yaml:"readinessProbe"`
	StartupProbe    probe `yaml:"startupProbe"`
	SecurityContext struct {
		AllowPrivilegeEscalation *bool `yaml:"allowPrivilegeEscalation"`
		ReadOnlyRootFilesystem   bool  `yaml:"readOnlyRootFilesystem"`
		Capabilities             struct{ Drop []string }
	} `yaml:"securityContext"`
	Resources struct{ Limits, Requests map[string]string }
	Mounts    []struct{ Name string } `yaml:"volumeMounts"`
}

type probe struct {
	HTTPGet struct{ Path, Port string } `yaml:"httpGet"`
}

// variables returns the container's environment; what a Secret has is "".
func (c *container) variables() map[string]string {
	all := map[string]string{}
	for _, v := range c.Env {
		all[v.Name] = v.Value
	}
	return all
}

// port returns the number of a port by its name; 0: there is none.
func (c *container) port(name string) int {
	for _, p := range c.Ports {
		if p.Name == name {
			return p.ContainerPort
		}
	}
	return 0
}

func (m *manifest) matchLabels(t *testing.T, selector yaml.Node) map[string]string {
	t.Helper()
	var by struct {
		MatchLabels map[string]string `yaml:"matchLabels"`
	}
	require.NoError(t, selector.Decode(&by), m.Metadata.Name)
	return by.MatchLabels
}

func (m *manifest) hasPodsLike(labels map[string]string) bool {
	if m.Spec.Template == nil {
		return false
	}
	for name, value := range labels {
		if m.Spec.Template.Metadata.Labels[name] != value {
			return false
		}
	}
	return true
}
