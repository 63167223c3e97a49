package cohere

import "github.com/asbru-gateway/asbru/pkg/api"

// The dialect's reasons to stop: https://docs.cohere.com/v2/reference/chat#response.body.finish_reason
// The last two are of the first version.
const (
	complete     = "COMPLETE"
	stopSequence = "STOP_SEQUENCE"
	maxTokens    = "MAX_TOKENS"
	toolCall     = "TOOL_CALL"
	failed       = "ERROR"
	timedOut     = "TIMEOUT"
	toxic        = "ERROR_TOXIC"
	tooLong      = "ERROR_LIMIT"
)

func finishOf(reason string) api.Finish {
	switch reason {
	case "":
		return api.FinishUnset
	case complete, stopSequence:
		return api.FinishStop
	case maxTokens, tooLong:
		return api.FinishLength
	case toolCall:
		return api.FinishToolCalls
	case toxic:
		return api.FinishFilter
	}
	return api.FinishOther
}

// finishWord returns what to tell a caller. Some providers say "stop" also when a
// tool is to be called.
func finishWord(f api.Finish, sequence string, called bool) string {
	switch f {
	case api.FinishLength:
		return maxTokens
	case api.FinishToolCalls:
		return toolCall
	case api.FinishFilter:
		return toxic
	}
	switch {
	case called:
		return toolCall
	case sequence != "":
		return stopSequence
	}
	return complete
}

// failure is the error that a reason to stop stands for, nil for one that is none.
func failure(reason, message string) *api.Error {
	e := &api.Error{Kind: api.KindUnavailable, Status: 500, Message: shown(message)}
	switch reason {
	case failed:
	case timedOut:
		e.Kind, e.Status = api.KindTimeout, 0
	default:
		return nil
	}
	if e.Message == "" {
		e.Message = "The provider could not finish its answer (" + reason + ")."
	}
	return e
}
