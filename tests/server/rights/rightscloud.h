// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/identity/project.h"
#include "model/identity/user.h"
#include "server/cloud/cloud.h"
#include "server/http/route.h"
#include "tests/server/rights/plainclient.h"

#include <QTemporaryDir>

#include <memory>

namespace nephele::test {

// Who calls, as the matrix has columns.
enum class CallerKind {
    NoToken,
    UnknownToken,
    ExpiredToken,
    Unscoped,
    OtherFace, // a token of the face the route is not of
    RestrictedCredential,
    Reader,
    Member,
    Manager,
    OtherUser, // has nothing but his own project
    ProjectAdmins, // the cloud roles
    Helpdesk,
    AdminApi,
    AdminStats,
    Admin,
    Component
};

// What such a caller is for the router, as the rights of server/http/route.h ask; told here once more, so
// that the router is not its own judge.
struct CallerFacts
{
    CallerKind kind;
    QByteArray name; // the column's head
    bool isKnown = true;
    bool isComponent = false;
    bool hasProject = true;
    bool mayChange = true;
    bool isAdmin = false;
    CloudRoles cloudRoles;

    // Whether somebody else's things may reach him: an administrator, a role on the cloud, a component.
    bool isTrusted() const { return isAdmin || isComponent || cloudRoles; }
};

const QList<CallerFacts> &allCallers();

// A cloud on pretend machines in this process, with users of every kind and somebody whose things none but
// the trusted may see. The event loop of the thread it was made in has to run while it is asked.
class RightsCloud
{
public:
    // Aborts the test program when it cannot be: it is for setting up, not for what is tested.
    RightsCloud();
    ~RightsCloud();

    quint16 port() const;
    std::vector<RouteTable> routes() const { return m_cloud->routeTables(); }

    // A new token for each kind of caller, as a route of that face is called: what was done with the last
    // ones does not matter. By kind; empty where there is none.
    QHash<CallerKind, QByteArray> newTokens(Face face);

    // The pattern with the victim's things for its names where he has such things, else with ids of nothing.
    struct Filled
    {
        QByteArray path;
        bool namesVictim = false;
    };
    Filled filled(const RouteTable &table, const QByteArray &pattern) const;
    // The same with ids of nothing for all names.
    QByteArray filledWithNothing(const RouteTable &table, const QByteArray &pattern) const;

    // A word that stands in everything the victim wrote, and in no address.
    static QByteArray secretWord() { return "velvetotter"; }

private:
    struct Person
    {
        User user;
        ProjectId project; // what his OpenStack tokens are for
    };
    void addPeople();
    Person addPerson(const QString &name, Roles own, Roles inShared, CloudRoles cloudRoles = {});
    void addThings();
    QByteArray scopedToken(const Person &person);
    QByteArray valueOf(const QByteArray &name, const RouteTable &table, const QByteArray &pattern) const;

    QTemporaryDir m_folder;
    std::unique_ptr<Cloud> m_cloud;
    Project m_shared; // where reader, member and manager are; the victim is not
    Project m_victims;
    Person m_victim;
    QHash<CallerKind, Person> m_people;
    QHash<QByteArray, QByteArray> m_things; // of the victim, by the name patterns have for them
};

} // namespace nephele::test
