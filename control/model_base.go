package control

import (
	"context"
	"regexp"
	"slices"
	"strings"
)

type baseModelsInput struct {
	Query string `query:"query" doc:"With this in their names."`
	Limit int    `query:"limit" minimum:"1" maximum:"10000" default:"20"`
}

type baseModelsOutput struct {
	Body struct {
		Models []string `json:"models"`
		Total  int      `json:"total" doc:"How many there are, with those beyond the limit."`
	}
}

func (c *Control) baseModels(ctx context.Context, in *baseModelsInput) (*baseModelsOutput, error) {
	cfg, err := c.NewestConfig(ctx)
	if err != nil {
		return nil, c.explain("read the configuration", err)
	}
	var names []string
	for _, m := range modelsThat(cfg, &ModelFilter{}) {
		if name := baseName(m.name); strings.Contains(name, in.Query) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	names = slices.Compact(names)
	out := &baseModelsOutput{}
	out.Body.Models, out.Body.Total = append([]string{}, names[:min(in.Limit, len(names))]...), len(names)
	return out, nil
}

// dated is how makers put the day of a version behind a model's name.
var dated = regexp.MustCompile(`[-@](20\d{6}|20\d{2}-\d{2}-\d{2})$`)

// baseName is a model's name without its version's day and without the maker in front.
func baseName(name string) string {
	return dated.ReplaceAllString(name[strings.LastIndexByte(name, '/')+1:], "")
}
