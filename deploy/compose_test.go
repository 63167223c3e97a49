package deploy_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
)

type compose struct{ Services map[string]service }

type service struct {
	Image           string
	Profiles        []string
	User            string
	ReadOnly        bool     `yaml:"read_only"`
	CapDrop         []string `yaml:"cap_drop"`
	Command         []string
	Environment     map[string]string
	Ports, Volumes  []string
	StopGracePeriod string `yaml:"stop_grace_period"`
	Healthcheck     struct{ Test []string }
	Deploy          struct {
		Resources struct{ Limits map[string]string }
	}
}

func (s *service) isAsbru() bool { return strings.Contains(s.Image, "ASBRU_IMAGE") }

func readCompose(t *testing.T) (c compose) {
	t.Helper()
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "compose/compose.yaml")), &c))
	require.NotEmpty(t, c.Services)
	return c
}

func TestComposeSetsWhatTheProgramTakesAndWaitsForItsDrain(t *testing.T) {
	for name, s := range readCompose(t).Services {
		if !s.isAsbru() {
			continue
		}
		variables := map[string]string{}
		for v, value := range s.Environment {
			variables[v] = value
		}
		flags := settings(t, s.Command, variables)
		stop, err := time.ParseDuration(s.StopGracePeriod)
		require.NoError(t, err, name)
		require.Greater(t, stop, drain(t, flags), name)
		require.Equal(t, []string{"CMD", "/asbru", "health", "http://127.0.0.1:9090/readyz"}, s.Healthcheck.Test, name)
		require.Equal(t, ":9090", variables["ASBRU_OPS_LISTEN"], name)
		require.Equal(t, "65532:65532", s.User, name)
		require.True(t, s.ReadOnly, name)
		require.Equal(t, []string{"ALL"}, s.CapDrop, name)
	}
}

func TestServicesOfComposeAreBoundedAndTheirDataKept(t *testing.T) {
	for name, s := range readCompose(t).Services {
		require.NotEmpty(t, s.Deploy.Resources.Limits["memory"], name)
		if name != "balancer" {
			require.Regexp(t, `^[a-z0-9-]+:/`, s.Volumes[0], "%s: a named volume", name)
			for _, port := range s.Ports {
				require.True(t, strings.HasPrefix(port, "127.0.0.1:"), "%s: %s is for this machine alone", name, port)
			}
		}
	}
}

// A password that has a default is no secret: each is made by scripts/cluster.sh.
func TestComposeHasNoDefaultPasswords(t *testing.T) {
	script, secrets := read(t, "../scripts/cluster.sh"), 0
	for name, s := range readCompose(t).Services {
		for variable, value := range s.Environment {
			if !regexp.MustCompile("PASSWORD|TOKEN|SECRET|STORE").MatchString(variable) {
				continue
			}
			required := regexp.MustCompile(`\$\{([A-Z_]+):\?`).FindStringSubmatch(value)
			require.NotNil(t, required, "%s: %s=%s", name, variable, value)
			require.Contains(t, script, "secret "+required[1]+" ", name)
			secrets++
		}
	}
	require.GreaterOrEqual(t, secrets, 13)
}
