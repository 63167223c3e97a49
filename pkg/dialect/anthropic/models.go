package anthropic

import (
	"time"

	"github.com/asbru-gateway/asbru/pkg/dialect/take"

	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// The model list: https://docs.anthropic.com/en/api/models-list

func decodeModels(into *api.Response, v jsonx.Value) {
	for e := range v.Get("data").Elements() {
		m := api.Model{ID: take.Text(e, "id"), DisplayName: take.Text(e, "display_name"), OwnedBy: name}
		if m.ID == "" {
			continue
		}
		// Look-alikes leave the date out; 0 stands for that.
		if at, err := time.Parse(time.RFC3339, take.Text(e, "created_at")); err == nil {
			m.Created = at.Unix()
		}
		m.InputLimit, _ = e.Get("max_input_tokens").Int()
		m.OutputLimit, _ = e.Get("max_tokens").Int()
		into.Models = append(into.Models, m)
	}
}

// appendModels writes all models as one page, or the one model that the path asks for.
func appendModels(dst []byte, h *dialect.Head, r *api.Response) []byte {
	if h.Model != "" && len(r.Models) == 1 {
		return appendListed(dst, &r.Models[0])
	}
	dst = append(dst, `{"data":[`...)
	for i := range r.Models {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendListed(dst, &r.Models[i])
	}
	dst = append(dst, `],"has_more":false,"first_id":`...)
	if n := len(r.Models); n > 0 {
		dst = jsonx.AppendString(dst, r.Models[0].ID)
		dst = append(dst, `,"last_id":`...)
		dst = jsonx.AppendString(dst, r.Models[n-1].ID)
	} else {
		dst = append(dst, `null,"last_id":null`...)
	}
	return append(dst, '}')
}

func appendListed(dst []byte, m *api.Model) []byte {
	dst = append(dst, `{"type":"model","id":`...)
	dst = jsonx.AppendString(dst, m.ID)
	dst = append(dst, `,"display_name":`...)
	if m.DisplayName == "" {
		dst = jsonx.AppendString(dst, m.ID)
	} else {
		dst = jsonx.AppendString(dst, m.DisplayName)
	}
	// The date is required; the API itself gives the epoch where it knows none.
	dst = append(dst, `,"created_at":"`...)
	dst = time.Unix(m.Created, 0).UTC().AppendFormat(dst, time.RFC3339)
	dst = append(dst, '"')
	if m.InputLimit > 0 {
		dst = appendKey(dst, "max_input_tokens")
		dst = appendInt(dst, m.InputLimit)
	}
	if m.OutputLimit > 0 {
		dst = appendKey(dst, "max_tokens")
		dst = appendInt(dst, m.OutputLimit)
	}
	return append(dst, '}')
}
