package openai

import (
	"strconv"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/dialect/put"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// decodeModels reads the rows of a model list. What a model can take is not in
// OpenAI's own rows; the names are those of OpenRouter, Groq, vLLM and Mistral.
func decodeModels(rows jsonx.Value, into *api.Response) {
	for e := range rows.Elements() {
		m := api.Model{
			ID: take.Text(e, "id"), DisplayName: take.Text(e, "name"), OwnedBy: take.Text(e, "owned_by"), Created: take.Integer(e, "created"),
		}
		if m.ID == "" {
			continue
		}
		if display := take.Text(e, "display_name"); display != "" {
			m.DisplayName = display
		}
		for _, key := range [...]string{"context_length", "context_window", "max_model_len", "max_context_length"} {
			if n := take.Integer(e, key); n > 0 {
				m.InputLimit = n
				break
			}
		}
		for _, n := range [...]int64{take.Integer(e, "max_completion_tokens"), take.Integer(e, "top_provider", "max_completion_tokens")} {
			if n > 0 {
				m.OutputLimit = n
				break
			}
		}
		into.Models = append(into.Models, m)
	}
}

// appendModels writes the model list, or the one model that the path asks for.
func appendModels(dst []byte, h *dialect.Head, r *api.Response) []byte {
	if h.Model != "" && len(r.Models) == 1 {
		return appendModel(dst, &r.Models[0])
	}
	dst = append(dst, `{"object":"list","data":[`...)
	for i := range r.Models {
		dst = appendModel(put.Comma(dst), &r.Models[i])
	}
	return append(dst, "]}"...)
}

func appendModel(dst []byte, m *api.Model) []byte {
	dst = put.Text(append(dst, '{'), "id", m.ID)
	dst = put.Text(dst, "object", "model")
	dst = put.Int(dst, "created", m.Created)
	dst = put.Text(dst, "owned_by", m.OwnedBy)
	dst = put.Some(dst, "display_name", m.DisplayName)
	if m.InputLimit > 0 {
		dst = put.Int(dst, "context_length", m.InputLimit)
	}
	if m.OutputLimit > 0 {
		dst = put.Int(dst, "max_completion_tokens", m.OutputLimit)
	}
	dst = appendPrices(dst, m.Prices)
	if len(m.Takes) > 0 {
		dst = append(dst, `,"architecture":{"input_modalities":["text"`...)
		for _, kind := range m.Takes {
			dst = append(append(append(dst, `,"`...), kind...), '"')
		}
		dst = append(dst, "]}"...)
	}
	if len(m.Knows) > 0 {
		dst = append(dst, `,"supported_parameters":[`...)
		for _, ability := range m.Knows {
			dst = jsonx.AppendString(put.Comma(dst), parameterOf(ability))
		}
		dst = append(dst, ']')
	}
	return append(dst, '}')
}

// parameterOf is OpenRouter's word for an ability.
func parameterOf(ability string) string {
	if ability == "schema" {
		return "structured_outputs"
	}
	return ability
}

// appendPrices writes prices as OpenRouter does: in dollars for a token, as strings.
func appendPrices(dst []byte, p *api.TokenPrices) []byte {
	if p == nil {
		return dst
	}
	dst = append(dst, `,"pricing":{"prompt":"`...)
	dst = append(appendDollars(dst, p.Input), `","completion":"`...)
	dst = append(appendDollars(dst, p.Output), `","input_cache_read":"`...)
	dst = append(appendDollars(dst, p.CacheRead), `","input_cache_write":"`...)
	return append(appendDollars(dst, p.CacheWrite), `"}`...)
}

// appendDollars writes pico-dollars as a decimal number of dollars.
func appendDollars(dst []byte, pico int64) []byte {
	return strconv.AppendFloat(dst, float64(pico)/1e12, 'f', -1, 64)
}
