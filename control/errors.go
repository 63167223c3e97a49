package control

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/alert"
	"github.com/asbru-gateway/asbru/pkg/bus"
	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/job"
	"github.com/asbru-gateway/asbru/pkg/plugin/artefact"
	"github.com/asbru-gateway/asbru/pkg/rollout"
	"github.com/asbru-gateway/asbru/pkg/store"
	"github.com/asbru-gateway/asbru/pkg/virtualkey"
	"github.com/asbru-gateway/asbru/pkg/webhook"
	"github.com/danielgtaylor/huma/v2"
)

// Error is what every refusal of the admin API looks like.
type Error struct {
	status int
	Body   ErrorBody `json:"error"`
}

// ErrorBody says what is wrong, and where.
type ErrorBody struct {
	_ struct{} `additionalProperties:"true"` // the listener's own refusals have the members of OpenAI's

	Code    string   `json:"code" doc:"What is wrong, for programs." example:"invalid_request"`
	Message string   `json:"message" doc:"What is wrong, for people."`
	Details []Detail `json:"details,omitempty" doc:"Each fault of the request."`
}

// Detail is one fault of a request.
type Detail struct {
	Path    string `json:"path,omitempty" doc:"Where it is." example:"body.rate_limit.request_max_limit"`
	Message string `json:"message"`
}

// Error implements error.
func (e *Error) Error() string { return e.Body.Message }

// GetStatus implements huma.StatusError.
func (e *Error) GetStatus() int { return e.status }

// codes name a status where nothing more exact is known.
var codes = map[int]string{
	http.StatusBadRequest: "invalid_request", http.StatusUnprocessableEntity: "invalid_request",
	http.StatusNotFound: "not_found", http.StatusConflict: "conflict", http.StatusMethodNotAllowed: "method_not_allowed",
	http.StatusRequestEntityTooLarge: "request_too_large", http.StatusUnsupportedMediaType: "unsupported_media_type",
	http.StatusServiceUnavailable: "unavailable",
}

// newError stands for huma.NewError.
func newError(status int, message string, errs ...error) huma.StatusError {
	code := codes[status]
	if code == "" {
		code = "internal_error"
	}
	e := &Error{status: status, Body: ErrorBody{Code: code, Message: message}}
	for _, err := range errs {
		var d huma.ErrorDetailer
		if errors.As(err, &d) {
			e.Body.Details = append(e.Body.Details, Detail{Path: d.ErrorDetail().Location, Message: d.ErrorDetail().Message})
		} else if err != nil {
			e.Body.Details = append(e.Body.Details, Detail{Message: err.Error()})
		}
	}
	return e
}

func refuse(status int, code, message string, details ...Detail) *Error {
	return &Error{status: status, Body: ErrorBody{Code: code, Message: message, Details: details}}
}

// invalid is the error for one field of a request.
func invalid(path, message string) *Error {
	return refuse(http.StatusUnprocessableEntity, "invalid_request", "The request is not valid.", Detail{path, message})
}

// explain turns an error of pkg into the one that is answered. What it does not
// know is logged, and told without detail.
func (c *Control) explain(doing string, err error) error {
	var problems *config.Problems
	var known *Error
	if e := ofAccounts(err); e != nil {
		return e
	}
	if e := ofPrompts(err); e != nil {
		return e
	}
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return known
	case errors.As(err, &problems):
		return refuse(http.StatusUnprocessableEntity, "invalid_configuration", "The configuration is not valid.", details(problems)...)
	case errors.Is(err, rollout.ErrConflict), errors.Is(err, virtualkey.ErrConflict):
		return refuse(http.StatusConflict, "conflict", "It was changed meanwhile. Read it again, and make the change to what it is now.")
	case errors.Is(err, rollout.ErrNone), errors.Is(err, virtualkey.ErrNotFound), errors.Is(err, job.ErrNotFound), errors.Is(err, webhook.ErrNotDead), errors.Is(err, store.ErrNoCall), errors.Is(err, artefact.ErrNone):
		return refuse(http.StatusNotFound, "not_found", "There is no such thing.")
	case errors.Is(err, alert.ErrNotFound), errors.Is(err, alert.ErrNoChannel):
		return refuse(http.StatusNotFound, "not_found", "There is no such thing.")
	case errors.Is(err, bus.ErrTooLarge):
		return refuse(http.StatusRequestEntityTooLarge, "request_too_large", "It is larger than the cluster's record takes in one piece.")
	case errors.Is(err, rollout.ErrNoStage):
		return refuse(http.StatusConflict, "not_on_trial", "This revision is not on trial.")
	case errors.Is(err, rollout.ErrDamaged):
		c.log.Error("a configuration is damaged", "doing", doing, "error", err)
		return refuse(http.StatusInternalServerError, "snapshot_damaged", "The revision's configuration is damaged or gone. Nodes go on with what they have; roll back to an earlier revision.")
	case errors.Is(err, job.ErrEnded):
		return refuse(http.StatusConflict, "job_ended", "The job has ended already.")
	case errors.Is(err, job.ErrNotEnded):
		return refuse(http.StatusConflict, "job_not_failed", "Only a job that has failed or was cancelled can be begun anew.")
	}
	c.log.Error("admin API", "doing", doing, "error", err)
	return refuse(http.StatusServiceUnavailable, "unavailable", "The cluster's record cannot be reached at the moment ("+strings.TrimSpace(doing)+"). Nothing was changed as far as is known.")
}

func details(problems *config.Problems) (all []Detail) {
	for _, p := range problems.List {
		all = append(all, Detail{p.Path, p.Message})
	}
	return all
}

// inPart tells the faults of a configuration that stand in the part that a request has
// made by their places in the request; nil is all of the configuration.
func inPart(err error, part config.Path, place string) error {
	var known *Error
	if !errors.As(err, &known) || known.Body.Code != "invalid_configuration" {
		return err
	}
	told := *known
	told.Body.Details = nil
	all, prefix := true, part.String()
	for _, d := range known.Body.Details {
		rest, is := strings.CutPrefix(d.Path, prefix)
		switch is = is && (rest == "" || prefix == "" || rest[0] == '.' || rest[0] == '['); {
		case is && prefix == "" && rest != "" && rest[0] != '[':
			d.Path = place + "." + rest
		case is:
			d.Path = place + rest
		default:
			all = all && strings.HasPrefix(d.Path, "body")
		}
		told.Body.Details = append(told.Body.Details, d)
	}
	if all {
		told.Body.Code, told.Body.Message = "invalid_request", "The request is not valid."
	}
	return &told
}

// writeError answers where huma has not yet been asked.
func writeError(w http.ResponseWriter, status int, code, message string) {
	refuseRequest(w, refuse(status, code, message))
}

func refuseRequest(w http.ResponseWriter, err error) {
	var known *Error
	if !errors.As(err, &known) {
		known = refuse(http.StatusInternalServerError, "internal_error", "Something went wrong.")
	}
	if known.status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="asbru"`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(known.status)
	_ = json.NewEncoder(w).Encode(known) // the caller may have gone
}
