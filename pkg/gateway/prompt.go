package gateway

import (
	"strconv"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
	"github.com/asbru-gateway/asbru/pkg/prompt"
)

// Prompts are the prompts that calls name; *prompt.Shelf has them. Safe for concurrent use.
type Prompts interface {
	// Use returns a prompt for a call of a virtual key, "" for none, and the model that
	// it is made for, "" for any.
	Use(ref prompt.Reference, virtualKey string) (*prompt.Filled, string, *api.Error)
}

// prompted puts the prompt of a call that names one in.
func (c *Call) prompted() *api.Error {
	if c.Prompt == "" && c.Head.Prompt == nil {
		return nil
	}
	return c.applyPrompt()
}

// applyPrompt puts the prompt that the call names before what the caller says.
func (c *Call) applyPrompt() *api.Error {
	if c.Head.Op != api.OpChat && c.Head.Op != api.OpCountTokens {
		return api.Invalid("invalid_value", "prompt", "Only a conversation can be had with a prompt of the repository.")
	}
	if c.gateway.options.Prompts == nil {
		return api.Errorf(api.KindUnavailable, "prompts_unavailable", "There is no prompt repository here.")
	}
	ref, err := c.promptReference()
	if err != nil {
		return err
	}
	caller := ""
	if c.identity != nil {
		caller = c.identity.ID
	}
	filled, model, err := c.gateway.options.Prompts.Use(ref, caller)
	if err != nil {
		return err
	}
	if c.Head.Model == "" {
		c.Head.Model = model
	}
	if c.Head.Model == "" {
		return api.Invalid("missing_model", "model", "Name the model to use in the field \"model\": the prompt is made for none.")
	}
	if err := c.decode(); err != nil {
		return err
	}
	filled.Apply(c.request)
	c.rewritten, c.added = true, filled.Size()
	c.tag("prompt", ref.Name)
	c.tag("prompt_version", strconv.Itoa(filled.Version))
	return nil
}

// promptReference reads what the call says of its prompt, in a header or in the body.
func (c *Call) promptReference() (ref prompt.Reference, err *api.Error) {
	values := api.JSON(c.PromptValues)
	if c.Prompt != "" {
		ref.Name, ref.Version, _ = strings.Cut(c.Prompt, "@")
	} else {
		for name, v := range jsonx.Value(c.Head.Prompt).Members() {
			text, isText := v.Str()
			switch {
			case name == "variables":
				values = api.JSON(v)
				isText = true
			case name == "id":
				ref.Name = text
			case name == "version":
				ref.Version = text
				isText = isText || v.IsNull()
			default:
				return ref, api.Invalid("invalid_value", "prompt."+name, "A prompt is named by id, version and variables.")
			}
			if !isText {
				return ref, api.Invalid("invalid_type", "prompt."+name, "prompt.%s must be a text.", name)
			}
		}
	}
	if ref.Name == "" {
		return ref, api.Invalid("invalid_value", "prompt.id", "Name the prompt by its id.")
	}
	ref.Values, err = prompt.ParseValues(values)
	return ref, err
}
