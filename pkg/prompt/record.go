package prompt

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"
)

// Errors that callers are told of.
var (
	ErrNotFound = errors.New("prompt: there is no such thing")
	ErrNotEmpty = errors.New("prompt: the folder is not empty")
	ErrNameUsed = errors.New("prompt: another prompt has this name")
	ErrConflict = errors.New("prompt: somebody else has changed it meanwhile")
	ErrInUse    = errors.New("prompt: a label names the version")
)

// Live is the label of the version that a call gets which names none.
const Live = "live"

// Bounds of what is kept.
const (
	MaxName = 100
	// MaxVersion bounds the JSON of a version or session.
	MaxVersion = 256 << 10
)

// Folder holds prompts.
type Folder struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Description string    `json:"description,omitempty"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
}

// Prompt is what its versions belong to.
type Prompt struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	FolderID string `json:"folder_id,omitempty"`
	// Latest is the number of the newest version; 0 while there is none.
	Latest int `json:"latest"`
	// Made is how many versions there ever were: a number is never given twice, since
	// nodes keep what they have read of one.
	Made int `json:"made"`
	// Labels name versions by their numbers.
	Labels map[string]int `json:"labels,omitempty"`
	// VirtualKeys are the ids of those that may use it; empty for all callers.
	VirtualKeys []string  `json:"virtual_keys,omitempty"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`

	revision uint64 // of the bucket, when it was read
}

// Number returns the version that a call means by a number, a label, "latest", or by
// nothing; 0 if there is none.
func (p *Prompt) Number(wanted string) int {
	switch n, err := strconv.Atoi(wanted); {
	case wanted == "" && p.Labels[Live] > 0:
		return p.Labels[Live]
	case wanted == "" || wanted == "latest":
		return p.Latest
	case err == nil && n > 0 && n <= p.Made:
		return n
	}
	return p.Labels[wanted]
}

// Content is what a model gets: messages in the form of OpenAI's chat completions, and
// parameters by the names that they have there.
type Content struct {
	Messages []json.RawMessage          `json:"messages"`
	Params   map[string]json.RawMessage `json:"model_params,omitempty"`
	Provider string                     `json:"provider,omitempty"`
	Model    string                     `json:"model,omitempty"`
}

// Named returns the model as a call would name it; "" for none.
func (c *Content) Named() string {
	if c.Provider == "" || c.Model == "" {
		return c.Model
	}
	return c.Provider + "/" + c.Model
}

// Version is a content that does not change any more.
type Version struct {
	PromptID string `json:"prompt_id"`
	Number   int    `json:"number"`
	Message  string `json:"commit_message,omitempty"`
	By       string `json:"created_by,omitempty"`
	Content
	CreatedAt time.Time `json:"created_at"`
}

// ID is the version's own.
func (v *Version) ID() string { return v.PromptID + "-" + strconv.Itoa(v.Number) }

// Session is a draft.
type Session struct {
	ID       string `json:"id"`
	PromptID string `json:"prompt_id"`
	Name     string `json:"name"`
	// From is the number of the version that it was begun with; 0 for none.
	From int `json:"from,omitempty"`
	Content
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`

	revision uint64
}

// splitID parts the id of a version or session into the prompt's and its own.
func splitID(id string) (prompt, own string, ok bool) {
	prompt, own, ok = strings.Cut(id, "-")
	return prompt, own, ok && prompt != "" && own != ""
}
