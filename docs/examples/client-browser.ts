import { createClient, isProblem } from 'lethe/client';

/**
 * A consent banner: calls the service from the page, with a token of the role `portal`, which may record decisions and
 * nothing else. The origin of the page stands in the tenant (`origins`).
 */
const lethe = createClient({ baseUrl: 'https://lethe.example.org', token: 'lethe_portal_…' });

const visitor = localStorage.getItem('visitor') ?? crypto.randomUUID();
localStorage.setItem('visitor', visitor);

const notice = await lethe.getCurrentNotice({ query: { language: navigator.language.slice(0, 2) } });
const banner = document.querySelector('#banner') as HTMLElement;
banner.hidden = false;

for (const button of banner.querySelectorAll<HTMLButtonElement>('button[data-status]'))
  button.addEventListener('click', () => void decide(button.dataset['status'] === 'given' ? 'given' : 'refused'));

async function decide(status: 'given' | 'refused'): Promise<void> {
  try {
    await lethe.recordConsent({
      body: {
        subject: { kind: 'visitor', id: visitor },
        purpose: 'usage-statistics',
        status,
        notice: { id: notice.id, version: notice.version, language: notice.language },
      },
      // Whoever leaves the page does not wait for the answer.
      signal: AbortSignal.timeout(10_000),
    });
    banner.hidden = true;
  } catch (error) {
    const told = isProblem(error) ? error.detail : 'Your decision could not be sent. Please try again.';
    (banner.querySelector('[role=status]') as HTMLElement).textContent = told;
  }
}
