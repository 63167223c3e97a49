package vertex

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/url"
	"os"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/provider/access"
)

// anywhere is the region of requests that may be answered in any.
const anywhere = "global"

// Way is the way of a key into its project. A key with a value signs in with that, an
// API key; it needs no project.
func Way(k *config.Key) (access.Way, error) {
	v := k.Vertex
	if v == nil {
		v = &config.Vertex{}
	}
	region := cmp.Or(v.Region, anywhere)
	project, err := projectOf(v, k.Value != "")
	if err != nil {
		return access.Way{}, err
	}
	w := access.Way{Region: "https://" + hostOf(region), Aliases: v.Deployments}
	p := place{prefix: "/v1beta1"}
	if project != "" {
		p.prefix += "/projects/" + url.PathEscape(project) + "/locations/" + url.PathEscape(region)
	}
	w.Path, w.Under = p.path, p.under
	w.Elsewhere = []access.Elsewhere{{Op: api.OpRerank, Region: "https://discoveryengine.googleapis.com", Path: ranking(project)}}
	if k.Value == "" {
		w.Signer, err = signerOf(v)
	}
	return w, err
}

// projectOf is the project that is asked in: the one that is named, that of the
// credentials, that of the machine.
func projectOf(v *config.Vertex, apiKey bool) (string, error) {
	project := cmp.Or(v.ProjectID, v.ProjectNumber)
	if project != "" || apiKey {
		return project, nil
	}
	var credentials struct {
		ProjectID string `json:"project_id"`
	}
	if v.Credentials != "" { // broken ones are found out where they are used
		_ = json.Unmarshal([]byte(v.Credentials.Reveal()), &credentials)
	}
	project = cmp.Or(credentials.ProjectID, os.Getenv("GOOGLE_CLOUD_PROJECT"))
	if project == "" {
		return "", errors.New("vertex_key_config.project_id: is required, unless the key's value is an API key")
	}
	return project, nil
}

// hostOf is the address of a region.
func hostOf(region string) string {
	switch region {
	case anywhere:
		return "aiplatform.googleapis.com"
	case "us", "eu":
		return "aiplatform." + region + ".rep.googleapis.com"
	}
	return region + "-aiplatform.googleapis.com"
}

// ranking is the path of a project's reranking, which is not in any region.
// https://cloud.google.com/generative-ai-app-builder/docs/reference/rest/v1/projects.locations.rankingConfigs/rank
func ranking(project string) func(dst []byte, _ api.Op, _ string, _ bool) []byte {
	path := "/v1/projects/" + cmp.Or(url.PathEscape(project), "-") + "/locations/global/rankingConfigs/default_ranking_config:rank"
	return func(dst []byte, _ api.Op, _ string, _ bool) []byte { return append(dst, path...) }
}

// place is where a key's operations are.
type place struct{ prefix string }

// under appends a path within the key's project and region.
func (p place) under(dst []byte, path string) []byte {
	return append(append(dst, p.prefix...), path...)
}

// path appends the path of an operation: that of a model of Google's, of Anthropic's, of
// Mistral's, or of the endpoint for all others.
func (p place) path(dst []byte, op api.Op, model string, stream bool) []byte {
	dst = append(dst, p.prefix...)
	switch {
	case fits(model, Claude):
		if op == api.OpCountTokens {
			return append(dst, "/publishers/anthropic/models/count-tokens:rawPredict"...)
		}
		return appendModel(dst, "anthropic", model, raw(stream))
	case fits(model, mistral):
		return appendModel(dst, "mistralai", model, raw(stream))
	case fits(model, Open):
		return append(dst, "/endpoints/openapi/chat/completions"...)
	}
	return appendModel(dst, "google", model, verbOf(op, model, stream))
}

func appendModel(dst []byte, publisher, model, verb string) []byte {
	dst = append(append(append(dst, "/publishers/"...), publisher...), "/models/"...)
	dst = append(dst, url.PathEscape(model)...)
	return append(append(dst, ':'), verb...)
}

// raw is the verb of a publisher who has a wire format of its own.
func raw(stream bool) string {
	if stream {
		return "streamRawPredict"
	}
	return "rawPredict"
}
