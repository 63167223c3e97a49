package control

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"io"
	"net/http"

	"github.com/asbru-gateway/asbru/pkg/report"
	"github.com/danielgtaylor/huma/v2"
)

// exportAtOnce bounds what of an export is in memory.
const exportAtOnce = 500

// rowExport is a table that is sent as it is read, as NDJSON or as CSV.
type rowExport[T any] struct {
	name   string // of the file, without its ending
	format string // ndjson or csv
	head   []string
	cells  func(*T) []string
	next   func(ctx context.Context) ([]T, error) // the rows that follow, none at the end
}

// response sends the rows. The first ones tell whether they can be read at all; what goes
// wrong later breaks the answer off.
func (e rowExport[T]) response(ctx context.Context, c *Control) (*huma.StreamResponse, error) {
	rows, err := e.next(ctx)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(to huma.Context) {
		write, contentType := e.ndjson, "application/x-ndjson"
		if e.format == "csv" {
			write, contentType = e.csv, "text/csv; charset=utf-8"
		}
		to.SetHeader("Content-Type", contentType)
		to.SetHeader("Content-Disposition", `attachment; filename="`+e.name+"."+e.format+`"`)
		if e.format == "csv" && csv.NewWriter(to.BodyWriter()).WriteAll([][]string{e.head}) != nil {
			return
		}
		for len(rows) > 0 {
			if write(to.BodyWriter(), rows) != nil {
				return // the caller has gone
			}
			if rows, err = e.next(to.Context()); err != nil {
				c.log.Warn("an export broke off", "of", e.name, "error", err)
				panic(http.ErrAbortHandler) // or it would look whole
			}
		}
	}}, nil
}

func (e rowExport[T]) ndjson(to io.Writer, rows []T) error {
	enc := json.NewEncoder(to)
	enc.SetEscapeHTML(false)
	for i := range rows {
		if err := enc.Encode(&rows[i]); err != nil {
			return err
		}
	}
	return nil
}

func (e rowExport[T]) csv(to io.Writer, rows []T) error {
	lines := make([][]string, len(rows))
	for i := range rows {
		lines[i] = e.cells(&rows[i])
		for j, cell := range lines[i] {
			lines[i][j] = report.Defused(cell)
		}
	}
	return csv.NewWriter(to).WriteAll(lines)
}
