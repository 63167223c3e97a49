package plugin

import "github.com/asbru-gateway/asbru/pkg/api"

// Failed returns the error of a hook that could not do its work, as against one that
// refuses the call: the plugin's on_error decides what becomes of the call. Why is for
// the log alone.
func Failed(name, why string) *api.Error {
	e := api.Errorf(api.KindInternal, "plugin_failed", "The plugin %s has failed.", name)
	e.Raw, e.RawOf = api.JSON(why), failure
	return e
}

// failure marks an error's Raw as the reason of a failed hook; no dialect is called so.
const failure = "plugin"

// WhyFailed returns the reason of a hook that has failed; false for an error that refuses
// the call.
func WhyFailed(e *api.Error) (why string, failed bool) {
	if e == nil || e.RawOf != failure {
		return "", false
	}
	return string(e.Raw), true
}
