package deploy_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"
)

const (
	alertsFile    = "helm/asbru/monitoring/alerts.yaml"
	dashboardFile = "helm/asbru/monitoring/dashboard.json"
)

type alerts struct {
	Groups []struct {
		Rules []struct {
			Alert, Expr         string
			Labels, Annotations map[string]string
		}
	}
}

type dashboard struct {
	Panels []struct {
		ID      int
		Type    string
		Title   string
		GridPos struct{ X, Y, W, H int }
		Targets []struct{ Expr string }
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(text)
}

func readAlerts(t *testing.T) (a alerts) {
	t.Helper()
	require.NoError(t, yaml.Unmarshal([]byte(read(t, alertsFile)), &a))
	require.NotEmpty(t, a.Groups)
	return a
}

func readDashboard(t *testing.T) (d dashboard) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(read(t, dashboardFile)), &d))
	require.NotEmpty(t, d.Panels)
	return d
}

func TestDashboardAndAlertsNameMetricsThatExist(t *testing.T) {
	_, table, found := strings.Cut(read(t, "../docs/operations.md"), "\n## Metrics\n")
	require.True(t, found)
	documented := map[string]bool{}
	for _, m := range regexp.MustCompile("`(asbru_[a-z_]+)`").FindAllStringSubmatch(table, -1) {
		documented[m[1]] = true
	}
	var expressions []string
	for _, g := range readAlerts(t).Groups {
		for _, r := range g.Rules {
			expressions = append(expressions, r.Expr)
		}
	}
	for _, p := range readDashboard(t).Panels {
		for _, target := range p.Targets {
			expressions = append(expressions, target.Expr)
		}
	}
	require.Greater(t, len(expressions), 50)
	for _, e := range expressions {
		for _, m := range regexp.MustCompile(`asbru_[a-z_]+`).FindAllString(e, -1) {
			m = strings.TrimSuffix(m, "_bucket")
			require.True(t, documented[m], "%s, in %s", m, e)
		}
	}
}

// detail are metrics that one looks up when a panel has raised a question.
var detail = []string{
	"asbru_build_info", "asbru_cache_saved_seconds_total", "asbru_config_applied_timestamp_seconds", "asbru_ledger_removed_total",
	"asbru_plugin_events_total", "asbru_untold_parts_total",
}

func TestWhatIsCountedIsOnTheDashboard(t *testing.T) {
	_, table, found := strings.Cut(read(t, "../docs/operations.md"), "\n## Metrics\n")
	require.True(t, found)
	shown := read(t, dashboardFile) + read(t, alertsFile)
	for _, m := range regexp.MustCompile("(?m)^\\| `(asbru_[a-z_]+)`").FindAllStringSubmatch(table, -1) {
		if strings.HasPrefix(m[1], "asbru_limit_lease") || strings.HasPrefix(m[1], "asbru_limit_policy") || strings.HasPrefix(m[1], "asbru_nats_") || slices.Contains(detail, m[1]) {
			continue
		}
		if !strings.Contains(shown, m[1]) { // all of it would be printed by Contains
			t.Errorf("%s: give it a panel, or name it as a detail", m[1])
		}
	}
}

func TestEachAlertSaysWhatIsWrongAndHowMuch(t *testing.T) {
	seen := map[string]bool{}
	for _, g := range readAlerts(t).Groups {
		for _, r := range g.Rules {
			require.False(t, seen[r.Alert], "%s is there twice", r.Alert)
			seen[r.Alert] = true
			require.Contains(t, []string{"page", "warn"}, r.Labels["severity"], r.Alert)
			require.NotEmpty(t, r.Annotations["summary"], r.Alert)
		}
	}
}

func TestPanelsOfTheDashboardDoNotLieOnEachOther(t *testing.T) {
	ids, taken := map[int]bool{}, map[[2]int]string{}
	for _, p := range readDashboard(t).Panels {
		require.False(t, ids[p.ID], p.Title)
		ids[p.ID] = true
		require.Equal(t, p.Type == "row", len(p.Targets) == 0, p.Title)
		for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
			for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
				require.Less(t, x, 24, p.Title)
				require.Empty(t, taken[[2]int{x, y}], p.Title)
				taken[[2]int{x, y}] = p.Title
			}
		}
	}
}

func TestTheChartBringsTheSameAlertsAndDashboard(t *testing.T) {
	text, err := helm(t, "template", "r", chart, "-f", "testdata/whole.yaml", "-s", "templates/monitoring.yaml")
	require.NoError(t, err)
	kinds := map[string]bool{}
	for _, document := range strings.Split(text, "\n---\n") {
		var m struct {
			Kind     string
			Metadata struct{ Labels map[string]string }
			Data     map[string]string
			Spec     alerts
		}
		require.NoError(t, yaml.Unmarshal([]byte(document), &m))
		kinds[m.Kind] = true
		require.Equal(t, "prometheus", m.Metadata.Labels["release"], "what they are chosen by")
		switch m.Kind {
		case "PrometheusRule":
			require.Equal(t, readAlerts(t), m.Spec)
		case "ConfigMap":
			require.JSONEq(t, read(t, dashboardFile), m.Data["asbru.json"])
		}
	}
	require.Len(t, kinds, 3)
}

func TestPrometheusOfComposeAsksEveryNode(t *testing.T) {
	var prometheus struct {
		ScrapeConfigs []struct {
			JobName       string `yaml:"job_name"`
			StaticConfigs []struct {
				Targets []string
			} `yaml:"static_configs"`
		} `yaml:"scrape_configs"`
	}
	require.NoError(t, yaml.Unmarshal([]byte(read(t, "compose/prometheus.yaml")), &prometheus))
	require.Equal(t, "asbru", prometheus.ScrapeConfigs[0].JobName, "dashboard and alerts go by it")
	var nodes []string
	for name, s := range readCompose(t).Services {
		if s.isAsbru() {
			nodes = append(nodes, name+":9090")
		}
	}
	slices.Sort(nodes)
	targets := slices.Sorted(slices.Values(prometheus.ScrapeConfigs[0].StaticConfigs[0].Targets))
	require.Equal(t, nodes, targets)
}
