package plugin

import (
	"math/bits"

	"github.com/asbru-gateway/asbru/pkg/api"
)

// Tool calls those that see a tool's call before it is made. A result is in the tool's place.
func (r *Run) Tool(t *ToolCall) (*ToolResult, *api.Error) {
	r.start()
	for wanted := r.mask & r.chain.has[BeforeTool]; wanted != 0; wanted &= wanted - 1 {
		e := r.chain.entries[bits.TrailingZeros64(wanted)]
		if rests, err := r.rests(e, BeforeTool); rests {
			if err != nil {
				return nil, err
			}
			continue
		}
		result, err := r.hookTool(e, t)
		v := Passed
		switch {
		case err != nil:
			v = Refused
		case result != nil:
			v = Answered
		}
		if err = r.ended(e, BeforeTool, v, err); err != nil || v == Answered {
			return result, err
		}
	}
	return nil, nil
}

func (r *Run) hookTool(e *Entry, t *ToolCall) (result *ToolResult, err *api.Error) {
	defer r.caught(e, BeforeTool, &err)
	return e.tool.BeforeTool(r.context(e), &r.Call, t)
}

// ToolDone calls those that see a tool's result.
func (r *Run) ToolDone(t *ToolCall, result *ToolResult) *api.Error {
	r.start()
	for wanted := r.mask & r.chain.has[AfterTool]; wanted != 0; {
		i := 63 - bits.LeadingZeros64(wanted)
		wanted &^= 1 << i
		e := r.chain.entries[i]
		rests, err := r.rests(e, AfterTool)
		if !rests {
			v := Passed
			if err = r.hookResult(e, t, result); err != nil {
				v = Refused
			}
			err = r.ended(e, AfterTool, v, err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *Run) hookResult(e *Entry, t *ToolCall, result *ToolResult) (err *api.Error) {
	defer r.caught(e, AfterTool, &err)
	return e.result.AfterTool(r.context(e), &r.Call, t, result)
}
