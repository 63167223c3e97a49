package responses

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
	"github.com/asbru-gateway/asbru/pkg/jsonx"
)

// finishOf reads why a response is over, from itself.
func finishOf(v jsonx.Value, calls bool) (f api.Finish, raw string) {
	status, reason := take.Text(v, "status"), take.Text(v, "incomplete_details", "reason")
	switch {
	case reason == "content_filter":
		return api.FinishFilter, ""
	case status == "incomplete":
		return api.FinishLength, ""
	case status == "cancelled":
		return api.FinishOther, status
	case calls:
		return api.FinishToolCalls, ""
	}
	return api.FinishStop, ""
}

// incomplete returns the reason for an answer that is not whole, empty for one that is.
func incomplete(f api.Finish) string {
	switch f {
	case api.FinishLength:
		return "max_output_tokens"
	case api.FinishFilter:
		return "content_filter"
	}
	return ""
}

// statusOf is the word for how an answer, or its last item, has ended.
func statusOf(f api.Finish) string {
	if incomplete(f) != "" {
		return "incomplete"
	}
	return "completed"
}
