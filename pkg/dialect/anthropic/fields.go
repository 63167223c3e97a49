package anthropic

import (
	"github.com/asbru-gateway/asbru/pkg/api"
	"github.com/asbru-gateway/asbru/pkg/dialect/take"
)

// within puts the error of an element under its place in the array param.
func within(err *api.Error, param string, index int) *api.Error {
	place := take.At(param, index)
	if err.Param == "" {
		err.Param, err.Message = place, place+": "+err.Message
	} else {
		err.Param, err.Message = place+"."+err.Param, place+"."+err.Message
	}
	return err
}
