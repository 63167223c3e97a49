package deploy_test

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
)

const chart = "helm/asbru"

// helm runs helm, which scripts/test.sh builds, and returns what it writes.
func helm(t *testing.T, args ...string) (string, error) {
	t.Helper()
	program, err := filepath.Abs("../.cache/bin/helm")
	require.NoError(t, err)
	if _, err := os.Stat(program); err != nil {
		if os.Getenv("ASBRU_TEST_HELM") == "required" {
			t.Fatal(err)
		}
		t.Skip("helm has not been built; make .cache/bin/helm does")
	}
	var out, problems bytes.Buffer
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "KUBECONFIG=/dev/null")
	cmd.Stdout, cmd.Stderr = &out, &problems
	if err = cmd.Run(); err != nil {
		err = errors.New(problems.String())
	}
	return out.String(), err
}

// eachValues runs test for each file of values.
func eachValues(t *testing.T, test func(t *testing.T, file string)) {
	t.Helper()
	files, err := filepath.Glob("testdata/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) { test(t, file) })
	}
}

// rendered returns what the chart makes of values, for a release called "r".
func rendered(t *testing.T, file string, more ...string) []manifest {
	t.Helper()
	text, err := helm(t, append([]string{"template", "r", chart, "--namespace", "ns", "-f", file}, more...)...)
	require.NoError(t, err)
	return parse(t, text)
}

func parse(t *testing.T, text string) (all []manifest) {
	t.Helper()
	for documents := yaml.NewDecoder(strings.NewReader(text)); ; {
		var m manifest
		err := documents.Decode(&m)
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		if m.Kind != "" {
			all = append(all, m)
		}
	}
}

func TestHelmFindsNoFaultInTheChart(t *testing.T) {
	eachValues(t, func(t *testing.T, file string) {
		said, err := helm(t, "lint", "--strict", chart, "-f", file)
		require.NoError(t, err, said)
	})
}

func TestValuesThatAreNeededAreAskedForByName(t *testing.T) {
	for missing, values := range map[string][]string{
		"image: ":                            {"image="},
		"redis.url or redis.existingSecret:": {"redis.url="},
		"store.url or store.existingSecret:": {"store.url="},
		"nats.url:":                          {"nats.enabled=false"},
		"edge.ingress.host:":                 {"edge.ingress.enabled=true"},
		"control.ingress.host:":              {"control.ingress.enabled=true"},
	} {
		_, err := helm(t, "template", "r", chart, "-f", "testdata/small.yaml", "--set", strings.Join(values, ","))
		require.ErrorContains(t, err, "These values are needed:\n  "+missing)
		require.Equal(t, 1, strings.Count(err.Error(), "\n  "), "only what is missing: %s", err)
	}
}

func TestValuesThatMeanNothingAreRefused(t *testing.T) {
	for values, want := range map[string]string{
		"edge.replica=2":                             "'replica' not allowed",
		"nats.replicas=2":                            "must be one of 1, 3",
		"redis.url=http://redis":                     "/redis/url",
		"store.url=mysql://db":                       "/store/url",
		"edge.drainTimeoutSeconds=0":                 "/edge/drainTimeoutSeconds",
		"spread.whenUnsatisfiable=Never":             "/spread/whenUnsatisfiable",
		"edge.resources.limits=null":                 "/edge/resources",
		"monitoring.serviceMonitor=true":             "'serviceMonitor' not allowed",
		"worker.autoscaling.minReplicas=0":           "/worker/autoscaling/minReplicas",
		"control.service.type=ExternalName":          "/control/service/type",
		"logLevel=verbose":                           "/logLevel",
		"imagePullPolicy=Sometimes":                  "/imagePullPolicy",
		"control.ingress.annotations.a.b=something":  "/control/ingress/annotations",
		"nats.url=redis://somewhere":                 "/nats/url",
		"edge.autoscaling.targetMemoryUtilization=1": "not allowed",
	} {
		_, err := helm(t, "template", "r", chart, "-f", "testdata/small.yaml", "--set", values)
		require.ErrorContains(t, err, want, values)
	}
}

func TestPodsSetWhatTheProgramTakesAndMayFinishTheirDrain(t *testing.T) {
	eachValues(t, func(t *testing.T, file string) {
		for _, m := range rendered(t, file) {
			if m.Spec.Template == nil {
				continue
			}
			for _, c := range m.Spec.Template.Spec.Containers {
				flags := settings(t, c.Args, c.variables())
				require.Greater(t, m.Spec.Template.Spec.TerminationGracePeriodSeconds, drain(t, flags).Seconds(), m.Metadata.Name)
				require.Equal(t, "/data", flags.Lookup("data-dir").Value.String())
				require.Equal(t, ":9090", flags.Lookup("ops-listen").Value.String(), "the probes go there")
			}
		}
	})
}

func TestPodsMayDoNoMoreThanTheyNeedAndAreWatched(t *testing.T) {
	eachValues(t, func(t *testing.T, file string) {
		for _, m := range rendered(t, file) {
			if m.Spec.Template == nil {
				continue
			}
			pod := m.Spec.Template.Spec
			require.True(t, pod.SecurityContext.RunAsNonRoot, m.Metadata.Name)
			require.Equal(t, "RuntimeDefault", pod.SecurityContext.SeccompProfile.Type)
			require.False(t, *pod.AutomountServiceAccountToken)
			require.False(t, *pod.EnableServiceLinks, "variables of services would be taken for those of flags")
			require.NotEmpty(t, pod.TopologySpreadConstraints)
			for _, c := range pod.Containers {
				require.True(t, c.SecurityContext.ReadOnlyRootFilesystem)
				require.False(t, *c.SecurityContext.AllowPrivilegeEscalation)
				require.Equal(t, []string{"ALL"}, c.SecurityContext.Capabilities.Drop)
				require.Contains(t, c.Resources.Limits, "memory")
				require.Contains(t, c.Resources.Requests, "cpu")
				require.Equal(t, "/livez", c.LivenessProbe.HTTPGet.Path)
				require.Equal(t, "/livez", c.StartupProbe.HTTPGet.Path)
				require.Equal(t, "/readyz", c.ReadinessProbe.HTTPGet.Path)
				for _, probe := range []probe{c.LivenessProbe, c.StartupProbe, c.ReadinessProbe} {
					require.Equal(t, 9090, c.port(probe.HTTPGet.Port))
				}
			}
		}
	})
}

func TestWhatIsChosenByLabelsIsThere(t *testing.T) {
	eachValues(t, func(t *testing.T, file string) {
		all := rendered(t, file)
		for _, m := range all {
			var wanted map[string]string
			switch m.Kind {
			case "Service":
				require.NoError(t, m.Spec.Selector.Decode(&wanted))
			case "Deployment", "StatefulSet", "PodDisruptionBudget", "PodMonitor":
				wanted = m.matchLabels(t, m.Spec.Selector)
			case "NetworkPolicy":
				wanted = m.matchLabels(t, m.Spec.PodSelector)
			default:
				continue
			}
			require.NotEmpty(t, wanted)
			pods := slices.DeleteFunc(slices.Clone(all), func(p manifest) bool { return !p.hasPodsLike(wanted) })
			require.NotEmpty(t, pods, "%s %s chooses nothing", m.Kind, m.Metadata.Name)
			if m.Kind == "Service" {
				for _, p := range m.Spec.Ports {
					require.NotZero(t, pods[0].Spec.Template.Spec.Containers[0].port(p.TargetPort), "%s: %s", m.Metadata.Name, p.TargetPort)
				}
			}
		}
	})
}

func TestNATSServersNameEachOtherAndNodesNameThemAll(t *testing.T) {
	for replicas, want := range map[string]struct{ routes, urls string }{
		"1": {"[]", "nats://r-asbru-nats-0.r-asbru-nats:4222"},
		"3": {
			"[r-asbru-nats-0.r-asbru-nats:6222,r-asbru-nats-1.r-asbru-nats:6222,r-asbru-nats-2.r-asbru-nats:6222]",
			"nats://r-asbru-nats-0.r-asbru-nats:4222,nats://r-asbru-nats-1.r-asbru-nats:4222,nats://r-asbru-nats-2.r-asbru-nats:4222",
		},
	} {
		for _, m := range rendered(t, "testdata/small.yaml", "--set", "nats.replicas="+replicas) {
			if m.Spec.Template == nil {
				continue
			}
			c := m.Spec.Template.Spec.Containers[0]
			flags := settings(t, c.Args, c.variables())
			if m.Kind != "StatefulSet" {
				require.Equal(t, want.urls, strings.Trim(flags.Lookup("nats").Value.String(), "[]"), m.Metadata.Name)
				continue
			}
			require.Equal(t, "r-asbru-nats", m.Metadata.Name)
			require.Equal(t, "r-asbru-nats", m.Spec.ServiceName)
			require.Equal(t, want.routes, flags.Lookup("routes").Value.String())
			require.Equal(t, replicas == "3", flags.Lookup("cluster").Value.String() == ":6222")
			require.Len(t, m.Spec.VolumeClaimTemplates, 1, "what streams hold outlives the pod")
			require.Equal(t, c.Mounts[0].Name, m.Spec.VolumeClaimTemplates[0].Metadata.Name)
		}
	}
}

func TestRolesThatScaleByThemselvesAreNotScaledByTheChart(t *testing.T) {
	scaled := map[string]bool{}
	all := rendered(t, "testdata/whole.yaml")
	for _, m := range all {
		if m.Kind == "HorizontalPodAutoscaler" {
			scaled[m.Metadata.Name] = true
		}
	}
	require.Equal(t, []string{"r-asbru-edge", "r-asbru-worker"}, slices.Sorted(maps.Keys(scaled)))
	for _, m := range all {
		if m.Spec.Template != nil {
			require.Equal(t, scaled[m.Metadata.Name], m.Spec.Replicas == nil, m.Metadata.Name)
		}
	}
}
