package config

import "os"

// Option changes how a configuration is read.
type Option func(*options)

type options struct {
	known func(name string) bool
	env   func(name string) (string, bool)
	dir   string
	read  func(name string, limit int64) ([]byte, error)
	// openVault makes what reads references to the Vault; nil: nobody does.
	openVault func(*Vault) func(reference string) (string, error)
	// references, if not nil, says what env.NAME and file:PATH stand for.
	references map[string]string
}

func newOptions(opts []Option) options {
	o := options{env: os.LookupEnv, read: readFile}
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// WithProviders says which providers are built in. Without it every name is
// accepted. A provider that Bifrost has and known does not is set aside with a
// note.
func WithProviders(known func(name string) bool) Option {
	return func(o *options) { o.known = known }
}

// WithEnv replaces the process's environment variables.
func WithEnv(lookup func(name string) (string, bool)) Option {
	return func(o *options) { o.env = lookup }
}

// withReferences takes what references stand for from a map, instead of from
// this machine's environment and files.
func withReferences(m map[string]string) Option {
	return func(o *options) { o.references = m }
}

// WithDir is the folder that relative file: references of a parsed document
// count from. Of a loaded file it is the file's own.
func WithDir(dir string) Option {
	return func(o *options) { o.dir = dir }
}

// WithVault follows vault:PATH#FIELD. open makes what reads such references of the
// configuration's own section secrets.vault, nil where that has none. Errors of reading must
// not hold a secret.
func WithVault(open func(*Vault) func(reference string) (string, error)) Option {
	return func(o *options) { o.openVault = open }
}
