package control

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/prompt"
	"github.com/danielgtaylor/huma/v2"
)

const (
	promptRepoPath  = "/api/prompt-repo"
	foldersPath     = promptRepoPath + "/folders"
	promptsPath     = promptRepoPath + "/prompts"
	promptVersions  = promptRepoPath + "/versions"
	promptSessions  = promptRepoPath + "/sessions"
	ofPromptVersion = "/{id}/versions"
	ofPromptSession = "/{id}/sessions"
)

func (c *Control) promptRoutes() {
	huma.Register(c.api, at(http.MethodGet, foldersPath, "list-folders", "List the folders of prompts"), c.listFolders)
	huma.Register(c.api, at(http.MethodPost, foldersPath, "create-folder", "Make a folder for prompts"), c.createFolder)
	huma.Register(c.api, at(http.MethodGet, foldersPath+"/{id}", "get-folder", "Show a folder of prompts"), c.getFolder)
	huma.Register(c.api, at(http.MethodPut, foldersPath+"/{id}", "update-folder", "Change a folder: what is not sent stays"), c.updateFolder)
	huma.Register(c.api, at(http.MethodDelete, foldersPath+"/{id}", "delete-folder", "Delete a folder that holds no prompt"), c.deleteFolder)

	huma.Register(c.api, at(http.MethodGet, promptsPath, "list-prompts", "List the prompts by their names"), c.listPrompts)
	huma.Register(c.api, at(http.MethodPost, promptsPath, "create-prompt", "Make a prompt, which has no version yet"), c.createPrompt)
	huma.Register(c.api, at(http.MethodGet, promptsPath+"/{id}", "get-prompt", "Show a prompt"), c.getPrompt)
	huma.Register(c.api, at(http.MethodPut, promptsPath+"/{id}", "update-prompt", "Change a prompt's name, folder, labels or who may use it: what is not sent stays"), c.updatePrompt)
	huma.Register(c.api, at(http.MethodDelete, promptsPath+"/{id}", "delete-prompt", "Delete a prompt with its versions and sessions"), c.deletePrompt)

	huma.Register(c.api, at(http.MethodGet, promptsPath+ofPromptVersion, "list-prompt-versions", "List a prompt's versions, the newest first"), c.listPromptVersions)
	huma.Register(c.api, at(http.MethodPost, promptsPath+ofPromptVersion, "create-prompt-version", "Commit a version"), c.createPromptVersion)
	huma.Register(c.api, at(http.MethodGet, promptVersions+"/{id}", "get-prompt-version", "Show a version"), c.getPromptVersion)
	huma.Register(c.api, at(http.MethodDelete, promptVersions+"/{id}", "delete-prompt-version", "Delete a version that no label names"), c.deletePromptVersion)

	huma.Register(c.api, at(http.MethodGet, promptsPath+ofPromptSession, "list-prompt-sessions", "List a prompt's sessions, the one changed last first"), c.listPromptSessions)
	huma.Register(c.api, at(http.MethodPost, promptsPath+ofPromptSession, "create-prompt-session", "Begin a session"), c.createPromptSession)
	huma.Register(c.api, at(http.MethodGet, promptSessions+"/{id}", "get-prompt-session", "Show a session"), c.getPromptSession)
	huma.Register(c.api, at(http.MethodPut, promptSessions+"/{id}", "update-prompt-session", "Change a session: what is not sent stays"), c.updatePromptSession)
	huma.Register(c.api, at(http.MethodPut, promptSessions+"/{id}/rename", "rename-prompt-session", "Give a session another name"), c.renamePromptSession)
	huma.Register(c.api, at(http.MethodPost, promptSessions+"/{id}/commit", "commit-prompt-session", "Commit what a session has as a version"), c.commitPromptSession)
	huma.Register(c.api, at(http.MethodDelete, promptSessions+"/{id}", "delete-prompt-session", "Delete a session"), c.deletePromptSession)
}

// PromptPath names a thing of the prompt repository.
type PromptPath struct {
	ID string `path:"id" maxLength:"100"`
}

// ShownPrompt is a prompt as the admin API shows it.
type ShownPrompt struct {
	*prompt.Prompt
	Folder        *prompt.Folder `json:"folder,omitempty"`
	LatestVersion *PromptVersion `json:"latest_version,omitempty"`
}

type promptOutput struct {
	Body struct {
		Prompt ShownPrompt `json:"prompt"`
	}
}

func promptAs(p *prompt.Prompt) *promptOutput {
	out := &promptOutput{}
	out.Body.Prompt.Prompt = p
	return out
}

type listPromptsInput struct {
	FolderID string `query:"folder_id" maxLength:"64"`
	Search   string `query:"search" maxLength:"200" doc:"Part of a name, in any case."`
	After    string `query:"after" maxLength:"100" doc:"Begin behind a page before: its next_cursor."`
	Limit    int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

type promptsOutput struct {
	Body struct {
		Prompts    []*prompt.Prompt `json:"prompts"`
		Total      int              `json:"total" doc:"How many there are on all pages."`
		NextCursor string           `json:"next_cursor,omitempty" doc:"Absent on the last page."`
	}
}

func (c *Control) listPrompts(ctx context.Context, in *listPromptsInput) (*promptsOutput, error) {
	all, err := c.o.Prompts.Prompts(ctx, in.FolderID)
	if err != nil {
		return nil, c.explain("list the prompts", err)
	}
	search := strings.ToLower(in.Search)
	all = slices.DeleteFunc(all, func(p *prompt.Prompt) bool { return !strings.Contains(strings.ToLower(p.Name), search) })
	out := &promptsOutput{}
	out.Body.Total = len(all)
	all = slices.DeleteFunc(all, func(p *prompt.Prompt) bool { return p.Name <= in.After })
	if len(all) > in.Limit {
		all = all[:in.Limit]
		out.Body.NextCursor = all[in.Limit-1].Name
	}
	out.Body.Prompts = append([]*prompt.Prompt{}, all...)
	return out, nil
}

// PromptFields are what a request may say of a prompt.
type PromptFields struct {
	Name        *string         `json:"name,omitempty" minLength:"1" maxLength:"100" pattern:"^\\S(.*\\S)?$" doc:"By which calls name it. Unique."`
	FolderID    *string         `json:"folder_id,omitempty" maxLength:"64" doc:"Empty: in no folder."`
	Labels      *map[string]int `json:"labels,omitempty" doc:"Names for versions, by their numbers. A call that names no version gets the one that \"live\" names, or else the latest."`
	VirtualKeys *[]string       `json:"virtual_keys,omitempty" maxItems:"1000" doc:"Ids of the virtual keys that may use it. Empty: all callers."`
}

const maxLabels = 100

// change works on a prompt, whose versions are those up to its last one.
func (f *PromptFields) change(p *prompt.Prompt) error {
	if f.Labels != nil {
		if len(*f.Labels) > maxLabels {
			return invalid("body.labels", "are too many")
		}
		for label, n := range *f.Labels {
			if !isLabel(label) {
				return invalid("body.labels."+label, "is no label: it begins with a letter, and has letters, digits, - and _; \"latest\" is taken")
			}
			if n < 1 || n > p.Made {
				return invalid("body.labels."+label, "is no version of this prompt")
			}
		}
		p.Labels = *f.Labels
	}
	put(&p.Name, f.Name)
	put(&p.FolderID, f.FolderID)
	put(&p.VirtualKeys, f.VirtualKeys)
	return nil
}

func isLabel(label string) bool {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	return label != "" && label != "latest" && len(label) <= 64 && strings.ContainsAny(label[:1], letters) &&
		strings.Trim(label, letters+"0123456789-_") == ""
}

func put[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

type createPromptInput struct{ Body PromptFields }

func (c *Control) createPrompt(ctx context.Context, in *createPromptInput) (*promptOutput, error) {
	if in.Body.Name == nil {
		return nil, invalid("body.name", "is needed")
	}
	if err := c.folderIs(ctx, in.Body.FolderID); err != nil {
		return nil, err
	}
	p := &prompt.Prompt{}
	if err := in.Body.change(p); err != nil {
		return nil, err
	}
	if err := c.o.Prompts.MakePrompt(ctx, p); err != nil {
		return nil, c.explain("keep the prompt", err)
	}
	return promptAs(p), nil
}

// folderIs checks that there is the folder that a request names.
func (c *Control) folderIs(ctx context.Context, id *string) error {
	if id == nil || *id == "" {
		return nil
	}
	if _, err := c.o.Prompts.Folder(ctx, *id); err == prompt.ErrNotFound {
		return invalid("body.folder_id", "is no folder")
	} else if err != nil {
		return c.explain("find the folder", err)
	}
	return nil
}

func (c *Control) getPrompt(ctx context.Context, in *PromptPath) (*promptOutput, error) {
	p, err := c.o.Prompts.Prompt(ctx, in.ID)
	if err != nil {
		return nil, c.explain("find the prompt", err)
	}
	out := promptAs(p)
	if p.FolderID != "" {
		out.Body.Prompt.Folder, _ = c.o.Prompts.Folder(ctx, p.FolderID) // one that is just being deleted is not shown
	}
	if v, err := c.o.Prompts.Version(ctx, (&prompt.Version{PromptID: p.ID, Number: p.Latest}).ID()); err == nil {
		shown := shownVersion(v, p)
		out.Body.Prompt.LatestVersion = &shown
	}
	return out, nil
}

type updatePromptInput struct {
	PromptPath
	Body PromptFields
}

func (c *Control) updatePrompt(ctx context.Context, in *updatePromptInput) (*promptOutput, error) {
	if err := c.folderIs(ctx, in.Body.FolderID); err != nil {
		return nil, err
	}
	var was prompt.Prompt
	p, err := c.o.Prompts.ChangePrompt(ctx, in.ID, func(p *prompt.Prompt) error {
		was = *p
		return in.Body.change(p)
	})
	if err != nil {
		return nil, c.explain("keep the prompt", err)
	}
	c.changed(ctx, promptsPath+"/"+p.ID, was, p)
	return promptAs(p), nil
}

func (c *Control) deletePrompt(ctx context.Context, in *PromptPath) (*deletedOutput, error) {
	return c.gone("delete the prompt", in.ID, c.o.Prompts.DeletePrompt(ctx, in.ID))
}

func (c *Control) gone(doing, id string, err error) (*deletedOutput, error) {
	if err != nil {
		return nil, c.explain(doing, err)
	}
	out := &deletedOutput{}
	out.Body.ID, out.Body.Status = id, "deleted"
	return out, nil
}
