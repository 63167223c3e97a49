package command

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// errFolderInUse is the error for a data folder that another process has locked.
var errFolderInUse = errors.New("the data folder is in use by another process")

// keptSecret returns the secret in a file of the data folder. At the first start
// it is made, and its owner alone may read it.
func keptSecret(path string, fresh func() string) (string, error) {
	text, err := os.ReadFile(path)
	switch {
	case err == nil:
		if value := strings.TrimSpace(string(text)); value != "" {
			return value, nil
		}
		return "", fmt.Errorf("%s is empty; remove it to have a new one made", path)
	case !errors.Is(err, fs.ErrNotExist):
		return "", err
	}
	value := fresh()
	return value, writeSecret(path, value)
}

// writeSecret makes a file that is there whole or not at all, whatever happens
// meanwhile.
func writeSecret(path, value string) error {
	folder, name := filepath.Split(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("make data folder: %w", err)
	}
	f, err := os.CreateTemp(folder, name+"-*") // with mode 0600
	if err != nil {
		return fmt.Errorf("write to data folder: %w", err)
	}
	_, err = f.WriteString(value + "\n")
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(f.Name()))
	}
	return err
}
