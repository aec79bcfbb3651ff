// SPDX-License-Identifier: GPL-3.0-or-later
// What quotacommands.h says of outside services and the resources they count.
#include "model/identity/cloudrolestore.h"
#include "model/identity/secret.h"
#include "model/quota/commissionstore.h"
#include "model/quota/resourcestore.h"
#include "server/quota/quotacommands.h"

#include <QRegularExpression>

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

Error misused(const QString &what)
{
    return invalid(what + u" See nephele admin --help."_s);
}

Result<> checkWord(const QString &what, const QString &word)
{
    static const QRegularExpression form(uR"(\A[a-z][a-z0-9_.-]{0,63}\z)"_s);
    if (form.match(word).hasMatch())
        return {};
    return invalid(
        u"%1 is made of 1 to 64 lower-case letters, digits, '.', '_' and '-', a letter first."_s.arg(what));
}

Result<QString> listServices(Database &database)
{
    const auto names = database.read([](ReadTransaction &t) { return ComponentStore::names(t); });
    if (!names)
        return names.error();
    TextTable table({ u"NAME"_s });
    for (const QString &name : *names)
        table.add({ name });
    return table.text();
}

Result<QString> addService(Database &database, const QString &name)
{
    if (const auto fits = checkWord(u"A service's name"_s, name); !fits)
        return fits.error();
    const QByteArray token = newToken();
    const auto added =
        database.write([=](Transaction &t) { return ComponentStore::setToken(t, name, sha256(token)); })
            .result();
    if (!added)
        return added.error();
    return u"Service %1 has this token; it is not shown again.\n%2\n"_s.arg(name, QString::fromLatin1(token));
}

// How many were rejected: a hundred at most, so that a transaction stays short.
Result<int> rejectSome(Transaction &t, const QString &component)
{
    const auto open = CommissionStore::pending(t, component, 100);
    if (!open)
        return open.error();
    for (const qint64 serial : *open) {
        const auto decided = CommissionStore::decide(t, component, serial, CommissionStore::Decision::Reject);
        if (!decided)
            return decided.error();
    }
    return int(open->size());
}

// Nobody can decide what it left open: that is rejected.
Result<QString> removeService(Database &database, const QString &name)
{
    const auto removed =
        database.write([=](Transaction &t) { return ComponentStore::remove(t, name); }).result();
    if (!removed)
        return removed.error();
    int count = 0;
    for (int some = 1; some > 0; count += some) {
        const auto rejected = database.write([=](Transaction &t) { return rejectSome(t, name); }).result();
        if (!rejected)
            return rejected.error();
        some = *rejected;
    }
    return u"Service %1 is gone; %2 open commissions were rejected.\n"_s.arg(name).arg(count);
}

Result<QString> listResources(Database &database)
{
    const auto resources = database.read([](ReadTransaction &t) { return ResourceStore::all(t); });
    if (!resources)
        return resources.error();
    TextTable table({ u"NAME"_s, u"UNIT"_s, u"SERVICE"_s, u"SHOWN"_s, u"DESCRIPTION"_s });
    for (const QuotaResource &resource : *resources)
        table.add({ resource.name, resource.unit.isEmpty() ? u"-"_s : resource.unit, resource.service,
            resource.isApiVisible ? resource.isUiVisible ? u"yes"_s : u"api"_s : u"no"_s,
            resource.description });
    return table.text();
}

Result<QString> addResource(Database &database, AdminArguments &arguments)
{
    QuotaResource resource;
    const auto service = arguments.takeValue(u"--service"_s);
    resource.unit = arguments.takeValue(u"--unit"_s).value_or(QString());
    resource.description = arguments.takeValue(u"--description"_s).value_or(QString());
    resource.isApiVisible = !arguments.takeFlag(u"--hidden"_s);
    resource.isUiVisible = !arguments.takeFlag(u"--hidden-in-ui"_s) && resource.isApiVisible;
    const auto names = arguments.takeRest(1, 1);
    if (!names)
        return names.error();
    if (!service)
        return misused(u"Give the service that counts it: --service NAME."_s);
    resource.name = names->first();
    resource.service = *service;
    if (const auto fits = checkWord(u"A resource's name"_s, resource.name); !fits)
        return fits.error();
    // What is shown has to be given out; what is hidden stops nobody.
    resource.projectMost = resource.isApiVisible ? 0 : -1;
    resource.systemMost = -1;
    return database
        .write([=](Transaction &t) -> Result<QString> {
            const auto services = ComponentStore::names(t);
            if (!services)
                return services.error();
            if (!services->contains(resource.service))
                return notFound(u"There is no service named '%1'."_s.arg(resource.service));
            if (const auto added = ResourceStore::add(t, resource); !added)
                return added.error();
            return u"Resource %1 was registered; see quota default for its limits.\n"_s.arg(resource.name);
        })
        .result();
}

Result<QString> removeResource(Database &database, const QString &name)
{
    const auto removed =
        database.write([=](Transaction &t) { return ResourceStore::remove(t, name); }).result();
    return removed ? Result<QString>(u"Resource %1 is gone.\n"_s.arg(name))
                   : Result<QString>(removed.error());
}

} // namespace

Result<QString> runServiceCommand(Database &database, const QString &verb, AdminArguments &arguments)
{
    const int count = verb == "list"_L1 ? 0 : 1;
    const auto names = arguments.takeRest(count, count);
    if (!names)
        return names.error();
    if (verb == "list"_L1)
        return listServices(database);
    if (verb == "add"_L1)
        return addService(database, names->first());
    if (verb == "remove"_L1)
        return removeService(database, names->first());
    return misused(u"There is no command 'service %1'."_s.arg(verb));
}

Result<QString> runResourceCommand(Database &database, const QString &verb, AdminArguments &arguments)
{
    if (verb == "add"_L1)
        return addResource(database, arguments);
    const int count = verb == "list"_L1 ? 0 : 1;
    const auto names = arguments.takeRest(count, count);
    if (!names)
        return names.error();
    if (verb == "list"_L1)
        return listResources(database);
    if (verb == "remove"_L1)
        return removeResource(database, names->first());
    return misused(u"There is no command 'resource %1'."_s.arg(verb));
}

} // namespace nephele
