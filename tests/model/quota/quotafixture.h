// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/projectstore.h"
#include "model/identity/userstore.h"
#include "model/quota/commissionstore.h"
#include "model/quota/quotastore.h"
#include "model/quota/resourcestore.h"
#include "tests/support/testdatabase.h"

namespace nephele::test {

// A database with ann and bob, who are members of "lab", and a resource that the service "archive" counts.
// What sets up aborts the test program when it fails.
class QuotaFixture
{
public:
    static inline const QString vm = QStringLiteral("cyclades.vm");
    static inline const QString tapes = QStringLiteral("archive.tapes");

    template <class Closure>
    auto tryWrite(Closure closure)
    {
        return database().write(std::move(closure)).result();
    }
    template <class Closure>
    auto write(Closure closure)
    {
        auto result = tryWrite(std::move(closure));
        if (!result)
            qFatal("%s (%s)", qUtf8Printable(result.error().message), qUtf8Printable(result.error().detail));
        if constexpr (!std::is_void_v<typename decltype(result)::Value>)
            return *std::move(result);
    }

    explicit QuotaFixture(Engine engine)
    {
        auto opened = TestDatabase::open(engine);
        if (!opened)
            qFatal("%s", qUtf8Printable(opened.error().message + opened.error().detail));
        m_database = *std::move(opened);
        write([this](Transaction &t) -> Result<> {
            NewProject project;
            project.name = QStringLiteral("lab");
            if (const auto made = ProjectStore::insert(t, lab, project); !made)
                return made;
            for (const auto &[user, name] :
                { std::pair(ann, QStringLiteral("ann")), std::pair(bob, QStringLiteral("bob")) }) {
                NewProject own;
                own.name = name;
                own.isSystem = true;
                NewUser person;
                person.name = name;
                for (const auto &done : { ProjectStore::insert(t, ProjectId::stored(user.text()), own),
                         UserStore::insert(t, user, person),
                         ProjectStore::setMember(t, lab, user, Role::Member) }) {
                    if (!done)
                        return done;
                }
            }
            QuotaResource resource;
            resource.name = tapes;
            resource.service = QStringLiteral("archive");
            resource.projectMost = 10;
            return ResourceStore::add(t, resource);
        });
    }

    Database &database() { return **m_database; }

    QuotaLine line(const UserId &user, const QString &resource)
    {
        const auto lines =
            database().read([&](ReadTransaction &t) { return QuotaStore::lines(t, user, { lab }); });
        for (const QuotaLine &found : lines ? *lines : QList<QuotaLine>()) {
            if (found.resource == resource)
                return found;
        }
        return {};
    }

    const ProjectId lab = ProjectId::create();
    const UserId ann = UserId::create();
    const UserId bob = UserId::create();

private:
    std::unique_ptr<TestDatabase> m_database;
};

} // namespace nephele::test
