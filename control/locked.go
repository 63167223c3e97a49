package control

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/asbru-gateway/asbru/pkg/config"
)

// notLocked refuses a configuration that changes what a locked file sets. revision is the one
// that it was made of.
func (c *Control) notLocked(ctx context.Context, revision uint64, d *config.Document) error {
	if revision == 0 {
		return nil
	}
	commits, err := c.o.Config.Log(ctx, revision+1, 1)
	if err != nil || len(commits) == 0 || !commits[0].SourceLocked {
		return err
	}
	taken, err := c.taken(ctx, commits[0])
	if err != nil {
		return err
	}
	values, err := d.Values()
	if err != nil {
		return err
	}
	gone := config.Unset(taken, values)
	if len(gone) == 0 {
		return nil
	}
	slices.Sort(gone)
	name := commits[0].SourceName
	faults := make([]Detail, len(gone))
	for i, path := range gone {
		faults[i] = Detail{path, "is set by the file " + name + ", and is changed there"}
	}
	return refuse(http.StatusConflict, "set_by_file", "The control was started with --config-locked: what the file "+name+" sets is changed there.", faults...)
}

// notAtStart refuses values of the section that nodes read from their own files alone.
func notAtStart(old, changed *config.Document) error {
	before, err := old.Values()
	if err != nil {
		return nil //nolint:nilerr // what is in force was checked
	}
	after, err := changed.Values()
	if err != nil {
		return err
	}
	var faults []Detail
	for path, value := range after {
		if config.Below(path, startSection) && before[path] != value {
			faults = append(faults, Detail{path, "is read from the file that a node is started with, when it starts: change it there"})
		}
	}
	if faults == nil {
		return nil
	}
	slices.SortFunc(faults, func(a, b Detail) int { return strings.Compare(a.Path, b.Path) })
	return refuse(http.StatusConflict, "set_at_start", "The section server has an effect in the files that nodes are started with, and none here.", faults...)
}
