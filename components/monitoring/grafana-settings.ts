export const GRAFANA_PORT = 3000;
export const GRAFANA_PROVISIONING = "/etc/grafana/provisioning";

/** On every platform: no accounts but the administrator's, nothing sent home, no plugin fetched. */
export const GRAFANA_SETTINGS: Readonly<Record<string, string>> = {
  GF_SECURITY_ADMIN_USER: "admin",
  GF_SECURITY_DISABLE_GRAVATAR: "true",
  GF_SECURITY_COOKIE_SAMESITE: "strict",
  GF_USERS_ALLOW_SIGN_UP: "false",
  GF_AUTH_ANONYMOUS_ENABLED: "false",
  GF_ANALYTICS_REPORTING_ENABLED: "false",
  GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
  GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false",
  GF_PLUGINS_PREINSTALL_DISABLED: "true",
  GF_NEWS_NEWS_FEED_ENABLED: "false",
  GF_LOG_MODE: "console",
  GF_LOG_CONSOLE_FORMAT: "json",
  GF_PATHS_PROVISIONING: GRAFANA_PROVISIONING,
};
