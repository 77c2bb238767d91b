"""A secret in the settings: where it is kept, and how it is read."""

import os
from pathlib import Path as FilePath

import msgspec

from bridge.errors import SettingsError


class Secret(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A secret, given in at most one of three ways."""

    secret: str | None = None
    secret_env: str | None = None
    """Name of an environment variable."""
    secret_file: str | None = None
    """Path of a file that holds the secret; the line end is not part of it."""

    def __repr__(self) -> str:
        """Leaves the secret out, so that no log or error can show it."""
        shown = [f"{name}={getattr(self, name)!r}" for name in self.__struct_fields__ if name != "secret"]
        return f"{type(self).__name__}({', '.join(shown)})"


def secret_of(login: Secret) -> str:
    """The secret, from where the settings say it is. Raises ``SettingsError``. The error never names the variable or
    the file, because the secret itself may have been written there by mistake."""
    if login.secret is not None:
        return login.secret
    if login.secret_env is not None:
        value = os.environ.get(login.secret_env, "")
        if not value:
            raise SettingsError(
                "no environment variable of this name is set; set it to the secret. Those in /etc/callbridge/secrets "
                "a shell takes by: set -a; . /etc/callbridge/secrets; set +a"
            )
        return value
    try:
        value = FilePath(login.secret_file or "").read_text("utf-8-sig").rstrip("\r\n")
    except PermissionError:
        raise SettingsError("the file may not be read by this user; give it to the service's user by chown") from None
    except OSError as error:
        raise SettingsError(f"the file cannot be read: {error.strerror}; put the secret there") from None
    except ValueError:
        raise SettingsError("the file is not UTF-8 text; put the secret there and nothing else") from None
    if not value or not value.isprintable():
        raise SettingsError("the file is not one line of text; put the secret there and nothing else")
    return value
