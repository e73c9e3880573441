// Shows what the centre pushes; keeps nothing, intercepts nothing.
self.addEventListener("push", (event) => {
  const told = event.data?.json() ?? {};
  event.waitUntil(
    self.registration.showNotification(told.title ?? "", {
      body: told.body ?? "",
      data: { url: told.url ?? "/" },
      tag: told.tag,
      icon: "/static/ui/mark.svg",
    }),
  );
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data.url));
});
