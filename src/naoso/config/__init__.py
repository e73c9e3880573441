"""How the parts are put together: settings, URLs, the web application, the modules switched on."""
