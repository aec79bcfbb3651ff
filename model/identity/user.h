// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/project.h"

namespace nephele {

struct User
{
    UserId id;
    Domain domain;
    QString name; // what he signs in with; unique in the domain whatever its case
    QString email; // may be empty
    QString realName; // may be empty
    bool isEnabled = true;
    bool hasFirstPassword = false; // the one made up at first start is still good
    ProjectId defaultProject;
    bool hasChosenDefault = true; // false: nobody chose it, and an OpenStack token without a scope has none
    Extras extras;
    Extras options; // "lock_password" ..., each true or false
    qint64 passwordSetAtMs = 0;
    std::optional<qint64> passwordExpiresAtMs;
    bool mustChangePassword = false; // the one he was given opens nothing but its own change
    qint64 createdAtMs = 0;
    bool operator==(const User &) const = default;

    ProjectId systemProject() const { return ProjectId::stored(id.text()); }
    bool hasOption(const char *option) const { return options.value(QLatin1StringView(option)) == "true"; }
    // Unique in the cloud: the name alone in the default domain, "name@domain" in every other.
    QString displayName() const { return displayNameOf(name, domain); }

    static QString displayNameOf(const QString &name, const Domain &in)
    {
        return in.id == Domain::defaultId() ? name : name + QLatin1Char('@') + in.name;
    }
};

// A user with what proves him; never leaves identity.
struct UserWithHash
{
    User user;
    QString passwordHash; // model/identity/secret.h; empty fits nothing
    int failedSignIns = 0; // by password, since the last one that worked
    qint64 lastFailedAtMs = 0;
};

} // namespace nephele
