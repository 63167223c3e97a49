package control

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/rollout"
	"github.com/danielgtaylor/huma/v2"
)

func (c *Control) sourceRoutes() {
	huma.Register(c.api, at(http.MethodGet, "/api/config/sources", "get-config-sources", "Show where each value of the configuration comes from"), c.getConfigSources)
}

// startSection is read by each process when it starts, from its own configuration file:
// what the cluster's configuration says of it has no effect.
const startSection = "server"

// ConfigFile is what the configuration is taken over from.
type ConfigFile struct {
	Kind   string `json:"kind" enum:"file,environment" doc:"environment: the variables of the process that was started without a file."`
	Name   string `json:"name,omitempty" doc:"The file, on the machine of the process that was started with it." example:"/etc/asbru/asbru.yaml"`
	Locked bool   `json:"locked" doc:"It was started with --config-locked: what the file sets is changed there alone."`
}

// ConfigValue is a value that is set, and by whom.
type ConfigValue struct {
	Path     string     `json:"path" doc:"Its place. A list is one value." example:"client.enable_logging"`
	Source   string     `json:"source" enum:"file,environment,api" doc:"api: it was changed through this API, or the UI."`
	Locked   bool       `json:"locked" doc:"A change of it here is refused, or would have no effect."`
	InFile   bool       `json:"in_file" doc:"The file, or the environment, sets it, too. With the source api it sets it otherwise, and a change of it there takes the place of what is set here."`
	Removed  bool       `json:"removed,omitempty" doc:"It was removed through this API, and has its default."`
	Revision uint64     `json:"revision,omitempty" doc:"The one that has changed it last. Absent: it is older than those that were looked at."`
	Author   string     `json:"author,omitempty" doc:"Who has made that."`
	Time     *time.Time `json:"time,omitempty" doc:"When."`
}

type sourcesOutput struct {
	Body struct {
		Revision uint64        `json:"revision"`
		File     *ConfigFile   `json:"file,omitempty" doc:"What the configuration is taken over from. Absent: nothing ever was."`
		AtStart  []string      `json:"at_start" doc:"Sections that each node reads from its own configuration file when it starts: they cannot be changed here."`
		Values   []ConfigValue `json:"values" doc:"By their places. What is not among them has its default."`
	}
}

func (c *Control) getConfigSources(ctx context.Context, in *struct {
	Section string `query:"section" maxLength:"64" doc:"Only values of this section, such as client."`
},
) (*sourcesOutput, error) {
	out := &sourcesOutput{}
	b := &out.Body
	b.AtStart, b.Values = []string{startSection}, []ConfigValue{}
	commit, d, err := c.o.Config.Newest(ctx)
	if errors.Is(err, rollout.ErrNone) {
		return out, nil
	}
	if err != nil {
		return nil, c.explain("read the configuration", err)
	}
	b.Revision = commit.Revision
	taken, err := c.taken(ctx, commit)
	if err != nil {
		return nil, c.explain("read what was taken over", err)
	}
	values, err := d.Values()
	if err != nil {
		return nil, c.explain("read the configuration", err)
	}
	b.File = c.fileOf(commit)
	changes := c.origins.of(ctx, c.o.Config, commit, values)
	add := func(path, source string, v ConfigValue) {
		if in.Section != "" && !ofSection(path, in.Section) {
			return
		}
		v.Path, v.Source = path, source
		v.Locked = v.InFile && commit.SourceLocked || ofSection(path, startSection)
		if by := changes[path]; by != nil {
			v.Revision, v.Author, v.Time = by.Revision, by.Author, &by.Time
		}
		b.Values = append(b.Values, v)
	}
	for path, value := range values {
		was, inFile := taken[path]
		if inFile && was == value {
			add(path, b.File.Kind, ConfigValue{InFile: true})
		} else {
			add(path, "api", ConfigValue{InFile: inFile})
		}
	}
	for _, path := range config.Unset(taken, values) {
		if _, there := values[path]; !there {
			add(path, "api", ConfigValue{InFile: true, Removed: true})
		}
	}
	slices.SortFunc(b.Values, func(a, b ConfigValue) int { return strings.Compare(a.Path, b.Path) })
	return out, nil
}

// ofSection says whether a place is in a section, or the section itself.
func ofSection(path, section string) bool {
	return path == section || config.Below(path, section)
}

// fileOf is what a commit's configuration was last taken over from; nil if nothing ever was.
func (c *Control) fileOf(commit *rollout.Commit) *ConfigFile {
	if commit.Source == "" {
		return nil
	}
	// A process that was started with one knows where it lies by now.
	if name := cmp.Or(c.o.ConfigFile, commit.SourceName); name != "" {
		return &ConfigFile{Kind: "file", Name: name, Locked: commit.SourceLocked}
	}
	return &ConfigFile{Kind: "environment"}
}

// taken is what was last taken over from elsewhere, by its places.
func (c *Control) taken(ctx context.Context, commit *rollout.Commit) (map[string]string, error) {
	d, err := c.o.Config.Taken(ctx, commit)
	if err != nil {
		return nil, err
	}
	return d.Values()
}
