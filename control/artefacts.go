package control

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin/artefact"
	"github.com/asbru-gateway/asbru/pkg/plugin/signing"
)

const artefactsPath = "/api/plugins/artefacts"

func (c *Control) artefactRoutes() {
	if c.o.Artefacts == nil {
		return
	}
	huma.Register(c.api, at(http.MethodGet, artefactsPath, "list-plugin-artefacts", "List what plugins can be made of, the newest first"), c.listArtefacts)
	push := at(http.MethodPost, artefactsPath, "push-plugin-artefact", "Keep what a plugin is made of, such as a WASM module, for the whole cluster")
	push.MaxBodyBytes = artefact.MaxBytes
	huma.Register(c.api, push, c.pushArtefact)
	huma.Register(c.api, at(http.MethodDelete, artefactsPath+"/{digest}", "delete-plugin-artefact", "Delete an artefact that no plugin is made of"), c.deleteArtefact)
}

// Artefact is what a plugin can be made of.
type Artefact struct {
	Digest   string    `json:"digest" doc:"By which a plugin names it, as artefact."`
	Name     string    `json:"name,omitempty"`
	Size     int       `json:"size" doc:"In bytes."`
	SignedBy string    `json:"signed_by,omitempty" doc:"Which publisher of plugin_artefacts.publishers has signed it."`
	Added    time.Time `json:"added"`
	AddedBy  string    `json:"added_by,omitempty"`
	UsedBy   []string  `json:"used_by" doc:"The plugins that are made of it."`
}

type artefactsOutput struct {
	Body struct {
		Artefacts []Artefact `json:"artefacts"`
	}
}

func (c *Control) listArtefacts(ctx context.Context, _ *struct{}) (*artefactsOutput, error) {
	all, err := c.o.Artefacts.List(ctx)
	if err != nil {
		return nil, c.explain("list the artefacts", err)
	}
	cfg, trust, err := c.trust(ctx)
	if err != nil {
		return nil, err
	}
	out := &artefactsOutput{}
	out.Body.Artefacts = []Artefact{}
	for i := range all {
		out.Body.Artefacts = append(out.Body.Artefacts, shownArtefact(&all[i], cfg, trust))
	}
	return out, nil
}

// trust is the newest configuration, and whom it trusts.
func (c *Control) trust(ctx context.Context) (*config.Config, *signing.Trust, error) {
	cfg, err := c.NewestConfig(ctx)
	if err != nil {
		return nil, nil, c.explain("read the configuration", err)
	}
	trust, err := cfg.Artefacts.Trust()
	return cfg, trust, c.explain("read the publishers", err)
}

func shownArtefact(info *artefact.Info, cfg *config.Config, trust *signing.Trust) Artefact {
	a := Artefact{Digest: info.Digest, Name: info.Name, Size: info.Size, Added: info.Added, AddedBy: info.AddedBy, UsedBy: []string{}}
	a.SignedBy, _ = trust.Check(info.Digest, info.Signature) // nobody, if it is trusted no more
	for i := range cfg.Plugins {
		if p := &cfg.Plugins[i]; p.Artefact == info.Digest {
			a.UsedBy = append(a.UsedBy, p.Name)
		}
	}
	return a
}

type pushInput struct {
	Name      string `query:"name" maxLength:"200" doc:"What it is called, for people." example:"house.wasm"`
	Signature string `query:"signature" maxLength:"200" doc:"A publisher's, in base64: Ed25519 over a line \"asbru plugin artefact\" and one with the digest."`
	RawBody   []byte `contentType:"application/octet-stream"`
}

type artefactOutput struct {
	Body struct {
		Artefact Artefact `json:"artefact"`
	}
}

func (c *Control) pushArtefact(ctx context.Context, in *pushInput) (*artefactOutput, error) {
	if len(in.RawBody) == 0 {
		return nil, refuse(http.StatusUnprocessableEntity, "invalid_request", "The body is empty.")
	}
	cfg, trust, err := c.trust(ctx)
	if err != nil {
		return nil, err
	}
	// A plus that was not escaped has become a blank on its way.
	signature := strings.ReplaceAll(in.Signature, " ", "+")
	if _, err := trust.Check(signing.Digest(in.RawBody), signature); err != nil {
		return nil, invalid("query.signature", err.Error())
	}
	info, err := c.o.Artefacts.Put(ctx, artefact.Info{
		Name: in.Name, Signature: signature, Added: time.Now().UTC().Truncate(time.Second), AddedBy: author(ctx),
	}, in.RawBody)
	if err != nil {
		return nil, c.explain("keep the artefact", err)
	}
	out := &artefactOutput{}
	out.Body.Artefact = shownArtefact(info, cfg, trust)
	return out, nil
}

type digestInput struct {
	Digest string `path:"digest"`
}

func (c *Control) deleteArtefact(ctx context.Context, in *digestInput) (*deletedOutput, error) {
	cfg, trust, err := c.trust(ctx)
	if err != nil {
		return nil, err
	}
	info, err := c.o.Artefacts.Info(ctx, in.Digest)
	if err != nil {
		return nil, c.explain("look for the artefact", err)
	}
	if used := shownArtefact(info, cfg, trust).UsedBy; len(used) > 0 {
		return nil, refuse(http.StatusConflict, "in_use", "It is in use. Change or delete what uses it first.", Detail{"plugins", "made of it: " + strings.Join(used, ", ")})
	}
	if err := c.o.Artefacts.Delete(ctx, in.Digest); err != nil {
		return nil, c.explain("delete the artefact", err)
	}
	out := &deletedOutput{}
	out.Body.ID, out.Body.Status = in.Digest, "deleted"
	return out, nil
}
