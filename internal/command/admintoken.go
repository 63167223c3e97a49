package command

import (
	"crypto/rand"
	"log/slog"
	"path/filepath"
)

// adminToken returns the token by which those who administer the gateway are
// known: the given one, or else that of the data folder, which is made at the
// first start. The log says where it is, never what it is.
func adminToken(given, dataDir string, log *slog.Logger) (string, error) {
	if given != "" {
		return given, nil
	}
	path := filepath.Join(dataDir, "admin-token")
	token, err := keptSecret(path, func() string { return "asbru-admin-" + rand.Text() })
	if err == nil {
		log.Info("the admin token is kept in a file", "path", path)
	}
	return token, err
}
