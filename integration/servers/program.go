package servers

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// program finds a server's program: on the path, or where its Debian package
// keeps it. A test that lacks it is skipped, or fails where services are required.
func program(t testing.TB, name, debianPackage string, elsewhere ...string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	for _, pattern := range elsewhere {
		if found, err := filepath.Glob(filepath.Join(pattern, name)); err == nil && len(found) > 0 {
			return found[len(found)-1]
		}
	}
	if os.Getenv("ASBRU_TEST_SERVICES") == "required" {
		t.Fatalf("%s is not installed (Debian package %s), and ASBRU_TEST_SERVICES=required", name, debianPackage)
	}
	t.Skipf("%s is not installed (Debian package %s)", name, debianPackage)
	return ""
}
