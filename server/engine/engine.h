// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/ids.h"
#include "model/base/result.h"
#include "model/database/database.h"
#include "model/identity/caller.h"

#include <QJsonObject>
#include <QObject>

#include <functional>
#include <memory>
#include <vector>

namespace nephele {

// One row of long work.
struct Operation
{
    OperationId id;
    QString kind; // "server.create"
    QString targetKind; // "server"
    QString target; // the target's id
    QString targetName; // as it was called when the work began
    Ownership owner;
    QString state; // waiting, running, undoing, done, failed, cancelled
    int step = 0; // the next step to run (to undo)
    int progress = 0; // per cent
    bool cancelWanted = false;
    QJsonObject data; // what the steps chose before they acted
    QString error;
    qint64 createdAtMs = 0;
    qint64 updatedAtMs = 0;
};

// What a step sees. Lives in a pool thread for the time of one step; its calls block.
class OperationContext
{
public:
    virtual ~OperationContext() = default;
    virtual const Operation &operation() const = 0;
    virtual Database &database() = 0;

    // Commits `data` under the operation's lease; Conflict when another engine took the operation over.
    virtual Result<> save(const QJsonObject &data) = 0;
    // Runs a closure in the same transaction as a check of the lease, and waits for it.
    virtual Result<> commit(std::function<Result<>(Transaction &)> closure) = 0;
    virtual bool isCancelled() = 0;
    virtual void setProgress(int percent) = 0; // of the whole operation
};

// Look, act, look: a step reads the world and does only what is missing, so running it twice is running it
// once. An undo obeys the same rule and must bear that its step never began.
struct Step
{
    QByteArray name; // "disk"; the test hook stops at "server.create.disk"
    std::function<Result<>(OperationContext &)> run;
    std::function<Result<>(OperationContext &)> undo; // absent: nothing to take back
    bool noReturn = false; // once this step began, the operation only goes forward
    QByteArray
        pool; // steps of one pool name share a limit ("start": number of cores); empty: the general pool
};

enum class Outcome { Done, Failed, Cancelled };

struct OperationKind
{
    QString name;
    std::vector<Step> steps;
    // Writes the target's settled state in the same transaction that ends the operation.
    std::function<Result<>(Transaction &, const Operation &, Outcome, const std::optional<Error> &)> settle;
};

// Carries out operations and finishes or undoes what a dead process left. One per process; kinds are added
// before start(); its thread is its own. wake() and begin() may be called from every thread.
class OperationEngine : public QObject
{
    Q_OBJECT

public:
    explicit OperationEngine(Database &database);
    ~OperationEngine() override;

    void add(OperationKind kind);
    void limitPool(const QByteArray &pool, int atOnce);

    // Takes up everything unfinished, then waits for more.
    void start();
    // No new step begins; running ones end. What is left goes on at the next start.
    void stop();

    // Inserts the row, in the caller's transaction, beside the target's transitional state. Busy when the
    // target has a live operation already.
    static Result<OperationId> begin(Transaction &t, const QString &kind, const QString &targetKind,
        const QString &target, const QString &targetName, const Ownership &owner, const QJsonObject &data);
    // True while the target has a live operation: reconcile and events leave it alone.
    static Result<bool> isBusy(ReadTransaction &t, const QString &targetKind, const QString &target);
    static Result<> requestCancel(Transaction &t, const OperationId &id);

    // There may be a waiting row now.
    void wake();
    // A step that waits for the world (a guest that shuts down) looks again now.
    void wakeTarget(const QString &targetKind, const QString &target);

    // Test builds: the process kills itself just before ("server.create.disk") or just after
    // ("server.create.disk.after") that step.
    static void stopAt(const QByteArray &step);

private:
    class Private;
    std::unique_ptr<Private> m_d;
};

} // namespace nephele
