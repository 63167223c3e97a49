package logfile

import (
	"io"
	"path/filepath"

	"github.com/asbru-gateway/asbru/pkg/config"
	"github.com/asbru-gateway/asbru/pkg/plugin"
	"github.com/asbru-gateway/asbru/pkg/plugin/builtin/sink"
)

// settings are the plugin's own.
type settings struct {
	File    string     `json:"file,omitempty" default:"calls.ndjson" maxLength:"200" doc:"Name of the file in the folder logs of the data folder, on each node; - for the standard output."`
	MaxMB   int        `json:"max_mb,omitempty" minimum:"1" maximum:"65536" default:"100" doc:"How large the file becomes, in megabytes, before another is begun."`
	Keep    int        `json:"keep,omitempty" minimum:"0" maximum:"1000" default:"5" doc:"How many files are kept beside it: FILE.1 is the newest."`
	Content bool       `json:"content,omitempty" doc:"Whether requests and answers are written, too."`
	MaxKB   int        `json:"max_content_kb,omitempty" minimum:"1" maximum:"65536" default:"256" doc:"Most kilobytes of a request, and of an answer; what is larger is left out."`
	Headers []string   `json:"header_names,omitempty" doc:"Names of the caller's headers that are written."`
	Batch   sink.Batch `json:"batch,omitempty" doc:"How calls are gathered."`
}

// Options are what the program has for the plugins.
type Options struct {
	Dir    string    // of the files; empty: only the standard output can be written to
	Stdout io.Writer // nil: none
}

// Kind is the kind of plugins that write to a file.
func Kind(o Options) plugin.Kind {
	return sink.Kind("log_file", "Writes finished calls into a file of NDJSON on each node, or to the standard output.", func(env plugin.Env, s *settings) (sink.Parts, error) {
		if err := sink.CheckHeaders("header_names", s.Headers); err != nil {
			return sink.Parts{}, err
		}
		shape := sink.Shape{Content: s.Content, MaxBytes: s.MaxKB << 10, Headers: s.Headers}
		if s.File == "-" {
			return sink.Parts{Shape: shape, Batch: s.Batch, Target: output{o.Stdout}}, nil
		}
		if !filepath.IsLocal(s.File) || filepath.Base(s.File) != s.File || s.File == "." {
			return sink.Parts{}, config.Fault("file", "must be a name, without a folder")
		}
		f := &file{dir: o.Dir, name: s.File, most: int64(s.MaxMB) << 20, keep: s.Keep}
		return sink.Parts{Shape: shape, Batch: s.Batch, Target: f, Close: f.close}, nil
	})
}
