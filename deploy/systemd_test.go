package deploy_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// unit is what a unit of systemd says, with what the shared drop-in adds: the values of
// each setting, in their order.
type unit map[string][]string

// The roles that have a unit.
var unitRoles = []string{"up", "edge", "worker", "control", "nats"}

func readUnit(t *testing.T, role string) unit {
	t.Helper()
	u := unit{}
	for _, name := range []string{"asbru-" + role + ".service", "asbru-.service.d/hardening.conf"} {
		text, err := os.ReadFile(filepath.Join("systemd", name))
		require.NoError(t, err)
		for line := range strings.Lines(string(text)) {
			line = strings.TrimSpace(line)
			if setting, value, found := strings.Cut(line, "="); found && !strings.HasPrefix(line, "#") {
				u[setting] = append(u[setting], value)
			}
		}
	}
	return u
}

// one returns the value of a setting that is given once.
func (u unit) one(t *testing.T, setting string) string {
	t.Helper()
	require.Len(t, u[setting], 1, setting)
	return u[setting][0]
}

// variables returns what the settings Environment say.
func (u unit) variables() map[string]string {
	all := map[string]string{}
	for _, line := range u["Environment"] {
		for _, assignment := range strings.Fields(line) {
			name, value, _ := strings.Cut(assignment, "=")
			all[name] = value
		}
	}
	return all
}

func TestUnitsSetWhatTheProgramTakesAndWaitForItsDrain(t *testing.T) {
	for _, role := range unitRoles {
		t.Run(role, func(t *testing.T) {
			u := readUnit(t, role)
			command := strings.Fields(u.one(t, "ExecStart"))
			require.Equal(t, []string{"/usr/local/bin/asbru", role}, command[:2])
			flags := settings(t, command[1:], u.variables())
			stop, err := time.ParseDuration(u.one(t, "TimeoutStopSec"))
			require.NoError(t, err)
			require.Greater(t, stop, drain(t, flags))
			require.Equal(t, "SIGTERM", u.one(t, "KillSignal"))
			require.Equal(t, "on-failure", u.one(t, "Restart"), "a node that was drained stays away")
			require.Equal(t, "%S/"+u.one(t, "StateDirectory"), u.variables()["ASBRU_DATA_DIR"], "it can write to nothing else")
		})
	}
}

func TestUnitsTakeSecretsFromAFileAlone(t *testing.T) {
	for _, role := range unitRoles {
		u := readUnit(t, role)
		require.Equal(t, "/etc/asbru/asbru.env", strings.TrimPrefix(u.one(t, "EnvironmentFile"), "-"), role)
		for name := range u.variables() {
			for _, secret := range []string{"SECRET", "TOKEN", "PASSWORD", "REDIS", "STORE"} {
				require.NotContains(t, name, secret, role)
			}
		}
	}
	example, err := os.ReadFile("systemd/asbru.env")
	require.NoError(t, err)
	for line := range strings.Lines(string(example)) {
		require.Truef(t, strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "", "the example is not to be used as it is: %s", line)
	}
}

func TestUnitsMayDoNoMoreThanTheyNeed(t *testing.T) {
	for _, role := range unitRoles {
		u := readUnit(t, role)
		for setting, value := range map[string]string{
			"User": "asbru", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes",
			"PrivateDevices": "yes", "CapabilityBoundingSet": "", "MemoryDenyWriteExecute": "yes", "StateDirectoryMode": "0700",
		} {
			require.Equal(t, value, u.one(t, setting), "%s of %s", setting, role)
		}
	}
}

func TestSystemdFindsNoFaultInTheUnits(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		t.Skip("systemd-analyze is not installed")
	}
	// A machine of its own, on which the program is installed.
	root := t.TempDir()
	units := filepath.Join(root, "etc/systemd/system")
	require.NoError(t, os.CopyFS(units, os.DirFS("systemd")))
	for _, program := range []string{"usr/local/bin/asbru", "bin/sh"} {
		require.NoError(t, os.MkdirAll(filepath.Join(root, filepath.Dir(program)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(root, program), []byte("#!/bin/sh\n"), 0o755))
	}
	for _, target := range []string{"basic", "multi-user", "network-online", "shutdown", "sysinit"} {
		require.NoError(t, os.WriteFile(filepath.Join(units, target+".target"), []byte("[Unit]\n"), 0o644))
	}
	for _, role := range unitRoles {
		name := "asbru-" + role + ".service"
		said, err := exec.Command(analyze, "verify", "--man=no", "--root="+root, filepath.Join("/etc/systemd/system", name)).CombinedOutput()
		require.NoError(t, err, "%s: %s", name, said)
		require.NotContains(t, string(said), "asbru", "systemd finds fault with %s", name)
		said, err = exec.Command(analyze, "security", "--offline=yes", "--threshold=20", "--root="+root, name).CombinedOutput()
		if strings.Contains(string(said), "unrecognized option") {
			t.Skip("this systemd-analyze cannot tell how exposed a unit is")
		}
		require.NoError(t, err, "%s is exposed: %s", name, said)
	}
}
