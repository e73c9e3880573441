// hx-confirm and data-confirm ask through our own dialog, which a keyboard and a screen reader can use.

type Ask = (question: string) => Promise<boolean>;

export function asker(dialog: HTMLDialogElement): Ask {
  return (question) =>
    new Promise((resolve) => {
      const words = dialog.querySelector("p");
      if (words) words.textContent = question;
      dialog.returnValue = "no";
      dialog.addEventListener(
        "close",
        () => {
          resolve(dialog.returnValue === "yes");
        },
        { once: true },
      );
      dialog.showModal();
    });
}

interface ConfirmDetail {
  question: string | null;
  issueRequest: (skip: boolean) => void;
}

export function mount(element: HTMLElement): undefined {
  const ask = asker(element as HTMLDialogElement);
  document.addEventListener("htmx:confirm", (event) => {
    const { question, issueRequest } = (event as CustomEvent<ConfirmDetail>).detail;
    if (!question) return;
    event.preventDefault();
    void ask(question).then((yes) => {
      if (yes) issueRequest(true);
    });
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.dataset["confirm"] || form.dataset["confirmed"]) return;
    event.preventDefault();
    const submitter = event.submitter;
    void ask(form.dataset["confirm"]).then((yes) => {
      if (!yes) return;
      form.dataset["confirmed"] = "yes";
      form.requestSubmit(submitter);
    });
  });
  return undefined;
}
