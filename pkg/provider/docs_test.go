package provider_test

import (
	"cmp"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/provider"
	"github.com/stretchr/testify/require"
)

//go:generate go test . -run TestDocsAreMadeFromTheTable -update

var update = flag.Bool("update", false, "write docs/providers.md anew")

const (
	docsPage = "../../docs/providers.md"
	docsFrom = "<!-- Made from pkg/provider by \"go generate ./pkg/provider\". Do not edit up to the end mark. -->\n"
	docsTo   = "<!-- end -->\n"
)

// words are what the docs call the operations.
var words = []struct {
	op   api.Op
	word string
}{
	{api.OpChat, "chat"},
	{api.OpCompletion, "completion"},
	{api.OpEmbedding, "embedding"},
	{api.OpRerank, "rerank"},
	{api.OpCountTokens, "token count"},
	{api.OpModels, "models"},
	{api.OpModeration, "moderation"},
	{api.OpImageGeneration, "image generation"},
	{api.OpImageEdit, "image edit"},
	{api.OpImageVariation, "image variation"},
	{api.OpSpeech, "speech"},
	{api.OpTranscription, "transcription"},
	{api.OpTranslation, "translation"},
	{api.OpFile, "files"},
	{api.OpUpload, "uploads"},
	{api.OpBatch, "batches"},
	{api.OpContainer, "containers"},
	{api.OpVideo, "videos"},
	{api.OpStoredResponse, "stored responses"},
	{api.OpRealtime, "realtime"},
	{api.OpCompaction, "compaction"},
}

var dialectTitles = map[string]string{"openai": "OpenAI", "anthropic": "Anthropic", "genai": "Google", "bedrock": "Bedrock", "bedrock_invoke": "Bedrock's InvokeModel", "cohere": "Cohere", "mistral": "Mistral", "responses": "Responses"}

func TestDocsAreMadeFromTheTable(t *testing.T) {
	page, err := os.ReadFile(docsPage)
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(page), docsFrom)
	require.True(t, ok, "%s has no mark where the table begins", docsPage)
	_, after, ok := strings.Cut(rest, docsTo)
	require.True(t, ok, "%s has no mark where the table ends", docsPage)
	made := before + docsFrom + providersTable() + "\n" + dietsTable() + docsTo + after
	if *update {
		require.NoError(t, os.WriteFile(docsPage, []byte(made), 0o644))
		return
	}
	require.Equal(t, made, string(page), `docs/providers.md is not up to date: run "go generate ./pkg/provider"`)
}

func providersTable() string {
	var b strings.Builder
	b.WriteString("| name | provider | dialect | address | key | operations |\n|---|---|---|---|---|---|\n")
	for _, p := range provider.Table {
		var ops []string
		for _, w := range words {
			if p.Ops.Has(w.op) {
				ops = append(ops, w.word)
			}
		}
		address := "`" + p.BaseURL + p.Version + "`"
		switch {
		case p.Name == "mock":
			address = "built in"
		case p.BaseURL == "":
			address = "yours, as `" + p.Example + "`"
		}
		spoken := dialectTitles[p.Dialect]
		for _, also := range p.Also {
			spoken += ", " + dialectTitles[also.Dialect]
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s | %s | %s |\n", p.Name, p.Title, spoken, address, signIn(&p), strings.Join(ops, ", "))
	}
	return b.String()
}

// signIn says how a key is shown to the provider.
func signIn(p *provider.Provider) string {
	way := "`" + p.Auth.Header + "`"
	if p.Auth.Prefix != "" {
		way = "`" + p.Auth.Header + ": " + strings.TrimSpace(p.Auth.Prefix) + "`"
	}
	if p.SignIn != "" {
		way += ", or " + p.SignIn
	}
	if p.KeyLess {
		way += ", or none"
	}
	return way
}

// dietsTable says what is done to a request for a provider that does not take all of its dialect.
func dietsTable() string {
	var b strings.Builder
	b.WriteString("| for | refused, or dropped with `drop_params` | left out | rewritten |\n|---|---|---|---|\n")
	for _, p := range provider.Table {
		if d := p.Quirks.Diet; d != nil {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", p.Name, refused(d), spared(d), rewritten(d))
		}
	}
	return b.String()
}

func refused(d *dialect.Diet) string {
	var all []string
	for _, name := range d.Refused {
		if name == "tool_choice.required" {
			name = "tool_choice: required"
		}
		all = append(all, "`"+name+"`")
	}
	return list(all, d.OneChoice, "`n` above 1")
}

func spared(d *dialect.Diet) string {
	var all []string
	for _, name := range d.Spared {
		all = append(all, "`"+name+"`")
	}
	return list(all, d.NoNames, "`name` of messages", d.NoStrict, "`strict` of tools",
		d.NoReasoning, "reasoning of messages", d.NoNulls, "members of messages that are `null`")
}

func rewritten(d *dialect.Diet) string {
	var all []string
	for _, from := range slices.Sorted(maps.Keys(d.Renamed)) {
		all = append(all, "`"+from+"` is `"+d.Renamed[from]+"`")
	}
	return list(all, d.Required != "", "the tool choice `required` is `"+cmp.Or(d.Required, "-")+"`",
		d.NoDeveloper, "the role `developer` is `system`", d.OnlyText, "text in parts is one string",
		d.ShortCallIDs, "ids of tool calls have nine characters",
		d.Thoughts, "a message that calls tools has `reasoning_content`, if only a blank")
}

// list joins what there is, with the texts behind conditions that hold.
func list(all []string, more ...any) string {
	for i := 0; i < len(more); i += 2 {
		if more[i].(bool) {
			all = append(all, more[i+1].(string))
		}
	}
	return strings.Join(all, ", ")
}
