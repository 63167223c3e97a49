// Command directory is a plugin that lets only those users call whom a directory of the house
// knows: it asks URL?user=NAME, where 200 means that it does, and 404 that it does not.
//
//	{"url": "https://directory.example.com/users"}
//
// It needs the directory's host among those that it may ask (fetch.hosts).
package main

import (
	"encoding/json"
	"net/url"

	"github.com/asbru-gateway/asbru/pkg/plugin/guest"
)

var settings struct {
	URL string `json:"url"`
}

func init() { //nolint:gochecknoinits // a module has no other beginning
	if err := json.Unmarshal(guest.Settings(), &settings); err != nil {
		panic(err)
	}
	guest.Handle("before_route", look)
}

func look(f *guest.Frame) *guest.Answer {
	answer, err := guest.Fetch(&guest.HTTPRequest{URL: settings.URL + "?user=" + url.QueryEscape(f.Call.EndUser)})
	switch {
	case err != nil:
		guest.Log("the directory was not asked: " + err.Error())
	case answer.Status == 200:
		return nil
	case answer.Status == 404:
		return guest.Refuse(403, "unknown_user", "The directory does not know the user of this call.")
	}
	return guest.Refuse(503, "directory_away", "The directory cannot be asked at the moment.")
}

func main() {}
