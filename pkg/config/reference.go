package config

import (
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// maxReferencedBytes bounds a file that a value refers to.
const maxReferencedBytes = 1 << 20

// secret decodes a Secret: a string, or the object that Bifrost exports one as,
// {"value": …, "env_var": "env.NAME", "from_env": true}.
func (d *decoder) secret(n *node, path string) string {
	switch n.kind {
	case stringKind:
		if strings.HasPrefix(n.text, redactedPrefix) {
			d.problem(path, n.at, "is how a secret is shown, not the secret itself")
			return ""
		}
		return d.resolve(n.text, path, n.at)
	case objectKind:
		return d.exportedSecret(n, path)
	}
	d.wrongKind(n, path, "a string")
	return ""
}

var exportedSecretKeys = []string{"value", "env_var", "from_env", "ref", "type"}

func (d *decoder) exportedSecret(n *node, path string) string {
	for _, m := range n.members {
		if !slices.Contains(exportedSecretKeys, m.key) {
			d.problem(child(path, m.key), m.at, "%s", unknown("key", m.key, exportedSecretKeys))
		}
	}
	for _, key := range []string{"env_var", "ref", "value"} {
		if v := n.get(key); v != nil && v.kind == stringKind && v.text != "" {
			text := v.text
			if key == "env_var" && !strings.HasPrefix(text, "env.") {
				text = "env." + text
			}
			return d.resolve(text, child(path, key), v.at)
		}
	}
	return ""
}

// resolve follows env.NAME, file:PATH and vault:PATH#FIELD; any other text stands for itself.
func (d *decoder) resolve(text, path string, at position) string {
	if !isReference(text) {
		return text
	}
	value, known := d.options.references[text]
	switch {
	case d.options.references == nil:
		value = d.follow(text, path, at)
	case !known:
		d.missing(path, at, "what "+text+" refers to was not known where this configuration was written")
	}
	d.references[text] = value
	return value
}

func isReference(text string) bool {
	return strings.HasPrefix(text, "env.") || strings.HasPrefix(text, "file:") || isInVault(text)
}

// isInVault tells references that [WithVault] follows.
func isInVault(text string) bool { return strings.HasPrefix(text, "vault:") }

// follow reads what a reference names on this machine.
func (d *decoder) follow(text, path string, at position) string {
	if name, ok := strings.CutPrefix(text, "env."); ok {
		value, found := d.options.env(name)
		switch {
		case !found:
			d.missing(path, at, "environment variable "+name+" is not set")
		case value == "":
			d.missing(path, at, "environment variable "+name+" is empty")
		}
		return value
	}
	if isInVault(text) {
		return d.fromVault(text, path, at)
	}
	name := strings.TrimPrefix(text, "file:")
	if !filepath.IsAbs(name) {
		name = filepath.Join(d.options.dir, name)
	}
	data, err := d.options.read(name, maxReferencedBytes)
	d.files.add(name, data, err)
	if err != nil {
		d.missing(path, at, fileProblem(name, err))
		return ""
	}
	value := strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r")
	if value == "" {
		d.missing(path, at, "file "+name+" is empty")
	}
	return value
}

func (d *decoder) fromVault(text, path string, at position) string {
	switch {
	case strings.HasPrefix(path, vaultPath):
		d.problem(path, at, "says where the Vault is, and cannot be in it")
		return ""
	case d.options.openVault == nil:
		d.missing(path, at, text+" refers to a Vault, and none is given (secrets.vault)")
		return ""
	case d.vault == nil:
		d.vault = d.options.openVault(vaultIn(d.root, d.options))
	}
	value, err := d.vault(text)
	if err != nil {
		d.missing(path, at, text+": "+err.Error())
	}
	return value
}

// missing reports a reference to nothing. Within a section that is switched off
// it does no harm.
func (d *decoder) missing(path string, at position, message string) {
	if d.off > 0 {
		d.note(path, at, message)
		return
	}
	d.problem(path, at, "%s", message)
}

var (
	errNotRegular = errors.New("not a regular file")
	errTooLarge   = errors.New("too large")
)

// readFile reads a regular file of at most limit bytes. It looks before it
// opens, since opening a pipe would wait for a writer.
func readFile(name string, limit int64) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errNotRegular
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = errTooLarge
	}
	return data, err
}

// fileProblem says once which file it is about, and without the name of the
// system call.
func fileProblem(name string, err error) string {
	var detail *fs.PathError
	if errors.As(err, &detail) {
		err = detail.Err
	}
	return "file " + name + ": " + err.Error()
}

// fileDigests are the files that a configuration was made from, by absolute or
// working-directory-relative name, with a digest of what was found there.
type fileDigests map[string][sha256.Size]byte

func (f fileDigests) add(name string, data []byte, err error) { f[name] = digest(data, err) }

// digest tells contents apart, and also why there are none.
func digest(data []byte, err error) [sha256.Size]byte {
	if err != nil {
		return sha256.Sum256([]byte("error: " + err.Error()))
	}
	return sha256.Sum256(append([]byte("data: "), data...))
}
