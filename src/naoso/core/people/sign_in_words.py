"""Words of the sign-in pages, which bring no Vietnamese of their own.

The pages are allauth's; named here, their words reach this app's catalogue and are translated there.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop, ngettext_lazy, pgettext_lazy

WORDS = (
    gettext_noop("A new security key has been added."),
    gettext_noop("A new set of Two-Factor Authentication recovery codes has been generated."),
    gettext_noop("A new set of recovery codes has been generated."),
    gettext_noop("A security key has been removed."),
    gettext_noop("Account Inactive"),
    gettext_noop("Activate"),
    gettext_noop("Activate Authenticator App"),
    gettext_noop("Add"),
    gettext_noop("Add Security Key"),
    gettext_noop("Added on %(created_at)s"),
    gettext_noop("Alternative options"),
    gettext_noop("An authenticator app is not active."),
    gettext_noop("An error occurred while attempting to login via your third-party account."),
    gettext_noop("Are you sure you want to remove this security key?"),
    gettext_noop("Are you sure you want to sign out?"),
    gettext_noop("Authentication using an authenticator app is active."),
    gettext_noop("Authenticator App"),
    gettext_noop("Authenticator App Activated"),
    gettext_noop("Authenticator App Deactivated"),
    gettext_noop("Authenticator app activated."),
    gettext_noop("Authenticator app deactivated."),
    gettext_noop("Authenticator code"),
    gettext_noop("Authenticator secret"),
    gettext_noop("Bad Token"),
    gettext_noop("Browser"),
    gettext_noop("Cancel"),
    gettext_noop("Change Password"),
    gettext_noop("Code"),
    gettext_noop("Confirm"),
    gettext_noop("Confirm Access"),
    gettext_noop("Continue"),
    gettext_noop("Current"),
    gettext_noop("Current Password"),
    gettext_noop("Deactivate"),
    gettext_noop("Deactivate Authenticator App"),
    gettext_noop("Don't Trust"),
    gettext_noop("Download"),
    gettext_noop("Download codes"),
    gettext_noop("Edit"),
    gettext_noop("Edit Security Key"),
    gettext_noop("Email"),
    gettext_noop("Email address"),
    gettext_noop(
        "Enabling passwordless operation allows you to sign in using just this key, "
        "but imposes additional requirements such as biometrics or PIN protection."
    ),
    gettext_noop("Enter an authenticator code:"),
    gettext_noop("Enter your password:"),
    gettext_noop("Forgot your password?"),
    gettext_noop(
        "Forgotten your password? Enter your email address below, and we'll send "
        "you an email allowing you to reset it."
    ),
    gettext_noop("Generate"),
    gettext_noop("Generate new codes"),
    gettext_noop("Hello from %(site_name)s!"),
    gettext_noop("I have saved my recovery codes"),
    gettext_noop("IP Address"),
    gettext_noop(
        "If you choose to trust this browser, you will not be asked for a verification "
        "code the next time you sign in."
    ),
    gettext_noop(
        "If you do not recognize this change then please take proper security precautions "
        "immediately. The change to your account originates from:\n\n- IP address: "
        "%(ip)s\n- Browser: %(user_agent)s\n- Date: %(timestamp)s"
    ),
    gettext_noop("In case you forgot, your username is %(username)s."),
    gettext_noop("Incorrect code."),
    gettext_noop("Incorrect password."),
    gettext_noop("Invalid login."),
    gettext_noop("Invalid or expired key."),
    gettext_noop("Key"),
    gettext_noop("Last seen at"),
    gettext_noop("Last used %(last_used)s"),
    gettext_noop("Login"),
    gettext_noop("Login Cancelled"),
    gettext_noop("Manage"),
    gettext_noop("Master key"),
    gettext_noop("Backup key"),
    gettext_noop("Menu:"),
    gettext_noop("Name"),
    gettext_noop("New Password"),
    gettext_noop("New Password (again)"),
    gettext_noop("New Recovery Codes Generated"),
    gettext_noop("No recovery codes set up."),
    gettext_noop("No security keys have been added."),
    gettext_noop("Note"),
    gettext_noop("Or use a third-party"),
    gettext_noop("Passkey"),
    gettext_noop("Password"),
    gettext_noop("Password (again)"),
    gettext_noop("Password Changed"),
    gettext_noop("Password Reset"),
    gettext_noop("Password Reset Email"),
    gettext_noop("Password successfully changed."),
    gettext_noop("Password successfully set."),
    gettext_noop("Passwordless"),
    gettext_noop("Please contact us if you have any trouble resetting your password."),
    gettext_noop("Please reauthenticate to safeguard your account."),
    gettext_noop("Please type your current password."),
    gettext_noop("Recovery Codes"),
    gettext_noop("Recovery codes"),
    gettext_noop("Remember Me"),
    gettext_noop("Remove"),
    gettext_noop("Remove Security Key"),
    gettext_noop("Reset My Password"),
    gettext_noop("Save"),
    gettext_noop("Save them  in a secure location now — they won't be shown again."),
    gettext_noop("Security Key Added"),
    gettext_noop("Security Key Removed"),
    gettext_noop("Security Keys"),
    gettext_noop("Security key"),
    gettext_noop("Security key added."),
    gettext_noop("Security key removed."),
    gettext_noop("Sessions"),
    gettext_noop("Set Password"),
    gettext_noop("Sign In"),
    gettext_noop("Sign Out"),
    gettext_noop("Sign Out Other Sessions"),
    gettext_noop("Sign Up"),
    gettext_noop("Sign Up Closed"),
    gettext_noop("We are sorry, but the sign up is currently closed."),
    gettext_noop("Sign in with a passkey"),
    gettext_noop("Signed out of all other sessions."),
    gettext_noop("Started At"),
    gettext_noop("Successfully signed in as %(name)s."),
    gettext_noop("TOTP Authenticator"),
    gettext_noop("Thank you for using %(site_name)s!\n%(site_domain)s"),
    gettext_noop("The email address and/or password you specified are not correct."),
    gettext_noop("The username and/or password you specified are not correct."),
    gettext_noop("The login and/or password you specified are not correct."),
    gettext_noop("The email address is not assigned to any user account."),
    gettext_noop("The new value must be different from the current one."),
    gettext_noop(
        "The password reset link was invalid, possibly because it has already been "
        'used.  Please request a <a href="%(passwd_reset_url)s">new password reset</a>.'
    ),
    gettext_noop("The password reset token was invalid."),
    gettext_noop("Third-Party Login Failure"),
    gettext_noop("This account is currently inactive."),
    gettext_noop("This account is inactive."),
    gettext_noop("This action will invalidate your existing codes."),
    gettext_noop("This functionality requires JavaScript."),
    gettext_noop("This key does not indicate whether it is a passkey."),
    gettext_noop("This mail can be safely ignored if you did not initiate this action."),
    gettext_noop(
        "To protect your account with two-factor authentication, scan the QR code "
        "below with your authenticator app. Then, input the verification code generated "
        "by the app below."
    ),
    gettext_noop("Too many failed login attempts. Try again later."),
    gettext_noop("Trust for %(period)s"),
    gettext_noop("Trust this Browser?"),
    gettext_noop("Two-Factor Authentication"),
    gettext_noop("Unknown Account"),
    gettext_noop("Unspecified"),
    gettext_noop("Unused codes"),
    gettext_noop("Usage"),
    gettext_noop("Use a security key"),
    gettext_noop("Use authenticator app or code"),
    gettext_noop("Use your password"),
    gettext_noop("User Sessions"),
    gettext_noop("Username"),
    gettext_noop("Username or email"),
    gettext_noop("View"),
    gettext_noop(
        "We have sent you an email. If you have not received it please check your "
        "spam folder. Otherwise contact us if you do not receive it in a few minutes."
    ),
    gettext_noop("You are about to deactivate authenticator app based authentication. Are you sure?"),
    gettext_noop("You are about to generate a new set of recovery codes for your account."),
    gettext_noop("You are already logged in as %(user_display)s."),
    gettext_noop(
        "You are receiving this email because you, or someone else, tried to access "
        "an account with email %(email)s. However, we do not have any record of "
        "such an account in our database."
    ),
    gettext_noop("You are receiving this mail because the following change was made to your account:"),
    gettext_noop("You can store this secret and use it to reinstall your authenticator app at a later time."),
    gettext_noop("You cannot activate two-factor authentication until you have verified your email address."),
    gettext_noop("You cannot deactivate two-factor authentication."),
    gettext_noop("You cannot generate recovery codes without having two-factor authentication enabled."),
    gettext_noop(
        "You decided to cancel logging in to our site using one of your existing "
        'accounts. If this was a mistake, please proceed to <a href="%(login_url)s">sign '
        "in</a>."
    ),
    gettext_noop("You have signed out."),
    gettext_noop("You must type the same password each time."),
    gettext_noop(
        "You're receiving this email because you or someone else has requested a "
        "password reset for your user account.\nIt can be safely ignored if you did "
        "not request a password reset. Click the link below to reset your password."
    ),
    gettext_noop(
        "Your account is protected by two-factor authentication. Please enter an authenticator code:"
    ),
    gettext_noop("Your password has been changed."),
    gettext_noop("Your password is now changed."),
    gettext_noop("Your password has been set."),
)

COUNTED = (
    ngettext_lazy(
        "There is %(unused_count)s out of %(total_count)s recovery codes available.",
        "There are %(unused_count)s out of %(total_count)s recovery codes available.",
        "n",
    ),
    ngettext_lazy("You have added %(count)s security key.", "You have added %(count)s security keys.", "n"),
)

IN_CONTEXT = (pgettext_lazy("field label", "Login"),)
