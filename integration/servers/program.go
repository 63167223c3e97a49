package servers

import (
	"fmt"
	"os/exec"
	"path/filepath"
)

// program finds a server's program: on the path, or where its Debian package
// keeps it.
func program(name, debianPackage string, elsewhere ...string) (path string, missing error) {
	if path, err := exec.LookPath(name); err == nil {
		return path, nil
	}
	for _, pattern := range elsewhere {
		if found, err := filepath.Glob(filepath.Join(pattern, name)); err == nil && len(found) > 0 {
			return found[len(found)-1], nil
		}
	}
	return "", fmt.Errorf("%s is not installed (Debian package %s)", name, debianPackage)
}
