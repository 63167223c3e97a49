package command

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/asbru-gateway/asbru/pkg/plugin/signing"
)

func pluginCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "plugin", Short: "Sign plugins, give them to a running gateway, and let their programs into its NATS", Args: cobra.NoArgs}
	cmd.AddCommand(pluginKeyCommand(), pluginPushCommand(), pluginCredentialsCommand())
	return cmd
}

func pluginKeyCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "key FILE",
		Short: "Make a key that plugins are signed with, and show its public half",
		Long: "Make a key that plugins are signed with, if FILE is not there yet, and show its public\n" +
			"half, for plugin_artefacts.publishers in the configuration. FILE is an Ed25519 key in\n" +
			"PEM (PKCS #8), as `openssl genpkey -algorithm ed25519` makes it. Keep it to yourself.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			key, err := signingKey(args[0])
			if errors.Is(err, os.ErrNotExist) {
				key, err = newSigningKey(args[0])
			}
			if err != nil {
				return err
			}
			public, _ := key.Public().(ed25519.PublicKey) // it is one
			_, err = fmt.Fprintln(cmd.OutOrStdout(), base64.StdEncoding.EncodeToString(public))
			return err
		},
	}
}

func newSigningKey(file string) (ed25519.PrivateKey, error) {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return key, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600)
}

func signingKey(file string) (ed25519.PrivateKey, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s: want a key in PEM", file)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s: want an Ed25519 key", file)
	}
	return key, nil
}

func pluginPushCommand() *cobra.Command {
	var a adminClient
	var key, name string
	cmd := &cobra.Command{
		Use:   "push FILE",
		Short: "Give what a plugin is made of to a running gateway, and show the digest that names it",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			data, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			query := url.Values{"name": {name}}
			if name == "" {
				query.Set("name", filepath.Base(args[0]))
			}
			if key != "" {
				by, err := signingKey(key)
				if err != nil {
					return err
				}
				query.Set("signature", signing.Sign(by, signing.Digest(data)))
			}
			answer, err := a.callAs("application/octet-stream", http.MethodPost, "/api/plugins/artefacts?"+query.Encode(), data)
			if err != nil {
				return err
			}
			var told struct{ Artefact struct{ Digest string } }
			if err := json.Unmarshal(answer, &told); err != nil {
				return fmt.Errorf("read the answer: %w", err)
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), told.Artefact.Digest)
			return err
		},
	}
	a.flags(cmd.Flags())
	cmd.Flags().StringVar(&key, "key", "", "`FILE` with the key to sign it with (default: it is not signed)")
	cmd.Flags().StringVar(&name, "name", "", "`NAME` that it is shown by (default: that of the file)")
	return withEnvironment(cmd)
}
