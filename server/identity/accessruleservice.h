// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/accessrulestore.h"
#include "server/identity/identitycontext.h"

#include <QFuture>
#include <QObject>

namespace nephele {

// A user's access rules: they come with his application credentials and are looked at and taken away here, by
// himself or an administrator; NotFound to others. One per worker; reads answer at once, the rest later in
// the worker's thread.
class AccessRuleService : public QObject
{
    Q_OBJECT

public:
    explicit AccessRuleService(IdentityContext &context, QObject *parent = nullptr);

    Result<AccessRules> rules(const Caller &caller, const UserId &user);
    Result<AccessRule> rule(const Caller &caller, const UserId &user, const AccessRuleId &id);
    // Forbidden while a credential has it, and for restricted tokens.
    QFuture<Result<>> remove(const Caller &caller, const UserId &user, const AccessRuleId &id);

private:
    Database &m_database;
};

} // namespace nephele
