package command

import (
	"cmp"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func healthCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "health [URL]",
		Short: "Exit with 0 when the gateway is ready, else with 1",
		Long: "Exit with 0 when the gateway is ready, else with 1. Without a URL it is the gateway\n" +
			"of this machine that is asked, at the port of ASBRU_OPS_LISTEN or ASBRU_LISTEN where\n" +
			"one is set, else at 8080. A URL without a path means its /readyz.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			address := localAddress(cmp.Or(os.Getenv("ASBRU_OPS_LISTEN"), os.Getenv("ASBRU_LISTEN")))
			if len(args) == 1 {
				address = args[0]
			}
			target, err := readyURL(address)
			if err != nil {
				return err
			}
			client := http.Client{Timeout: 5 * time.Second}
			res, err := client.Get(target)
			if err != nil {
				return err
			}
			defer res.Body.Close()
			body, _ := io.ReadAll(io.LimitReader(res.Body, 4096)) // shown to a person, as far as it came
			fmt.Fprint(cmd.OutOrStdout(), string(body))
			if res.StatusCode != http.StatusOK {
				return fmt.Errorf("not ready: %s", res.Status)
			}
			return nil
		},
	}
}

// localAddress is where a gateway that listens on an address is reached from
// the same machine.
func localAddress(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "127.0.0.1:8080"
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// readyURL completes an address to the URL that says whether it is ready.
func readyURL(address string) (string, error) {
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	if u.Path == "" || u.Path == "/" {
		u.Path = "/readyz"
	}
	return u.String(), nil
}
