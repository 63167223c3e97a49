package control

import (
	"context"

	"github.com/asbru-gateway/asbru/pkg/prompt"
)

// ShownFolder is a folder as the admin API shows it.
type ShownFolder struct {
	*prompt.Folder
	PromptsCount int `json:"prompts_count"`
}

type foldersOutput struct {
	Body struct {
		Folders []ShownFolder `json:"folders"`
	}
}

func (c *Control) listFolders(ctx context.Context, _ *struct{}) (*foldersOutput, error) {
	all, err := c.o.Prompts.Folders(ctx)
	if err != nil {
		return nil, c.explain("list the folders", err)
	}
	prompts, err := c.o.Prompts.Prompts(ctx, "")
	if err != nil {
		return nil, c.explain("count the prompts", err)
	}
	count := map[string]int{}
	for _, p := range prompts {
		count[p.FolderID]++
	}
	out := &foldersOutput{}
	out.Body.Folders = make([]ShownFolder, 0, len(all))
	for _, f := range all {
		out.Body.Folders = append(out.Body.Folders, ShownFolder{f, count[f.ID]})
	}
	return out, nil
}

type folderOutput struct {
	Body struct {
		Folder *prompt.Folder `json:"folder"`
	}
}

func (c *Control) folderAs(doing string, f *prompt.Folder, err error) (*folderOutput, error) {
	if err != nil {
		return nil, c.explain(doing, err)
	}
	out := &folderOutput{}
	out.Body.Folder = f
	return out, nil
}

type createFolderInput struct {
	Body struct {
		Name        string `json:"name" minLength:"1" maxLength:"100" pattern:"^\\S(.*\\S)?$"`
		Description string `json:"description,omitempty" maxLength:"2000"`
	}
}

func (c *Control) createFolder(ctx context.Context, in *createFolderInput) (*folderOutput, error) {
	f := &prompt.Folder{Name: in.Body.Name, Description: in.Body.Description}
	err := c.o.Prompts.MakeFolder(ctx, f)
	return c.folderAs("keep the folder", f, err)
}

func (c *Control) getFolder(ctx context.Context, in *PromptPath) (*folderOutput, error) {
	f, err := c.o.Prompts.Folder(ctx, in.ID)
	return c.folderAs("find the folder", f, err)
}

type updateFolderInput struct {
	PromptPath
	Body struct {
		Name        *string `json:"name,omitempty" minLength:"1" maxLength:"100" pattern:"^\\S(.*\\S)?$"`
		Description *string `json:"description,omitempty" maxLength:"2000"`
	}
}

func (c *Control) updateFolder(ctx context.Context, in *updateFolderInput) (*folderOutput, error) {
	f, err := c.o.Prompts.ChangeFolder(ctx, in.ID, func(f *prompt.Folder) {
		put(&f.Name, in.Body.Name)
		put(&f.Description, in.Body.Description)
	})
	return c.folderAs("keep the folder", f, err)
}

func (c *Control) deleteFolder(ctx context.Context, in *PromptPath) (*deletedOutput, error) {
	return c.gone("delete the folder", in.ID, c.o.Prompts.DeleteFolder(ctx, in.ID))
}
