package control

import (
	"errors"
	"net/http"

	"github.com/asbru-gateway/asbru/pkg/prompt"
)

// ofPrompts is the answer to an error of the prompt repository, nil for another one.
func ofPrompts(err error) *Error {
	var content *prompt.ContentError
	switch {
	case errors.Is(err, prompt.ErrNotFound):
		return refuse(http.StatusNotFound, "not_found", "There is no such thing.")
	case errors.Is(err, prompt.ErrConflict):
		return refuse(http.StatusConflict, "conflict", "It was changed meanwhile. Read it again, and make the change to what it is now.")
	case errors.Is(err, prompt.ErrNameUsed):
		return refuse(http.StatusConflict, "name_used", "Another prompt has this name.")
	case errors.Is(err, prompt.ErrNotEmpty):
		return refuse(http.StatusConflict, "in_use", "There are prompts in the folder. Move or delete them first.")
	case errors.Is(err, prompt.ErrInUse):
		return refuse(http.StatusConflict, "in_use", "A label names this version. Give the label to another one first.")
	case errors.As(err, &content):
		return refuse(http.StatusUnprocessableEntity, "invalid_request", "This is no prompt: "+content.Reason+".")
	}
	return nil
}
