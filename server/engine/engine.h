// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/result.h"
#include "model/database/database.h"
#include "model/operation/operation.h"

#include <QObject>

#include <functional>
#include <memory>
#include <vector>

namespace nephele {

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
    // True when the work is no longer wanted, and while the engine stops; what a step answers then counts
    // for nothing.
    virtual bool isCancelled() = 0;
    virtual void setProgress(int percent) = 0; // of the whole operation
    // The world is not there yet: a step that says this and answers success is run again after that time, or
    // as soon as its target is woken. It holds no thread meanwhile.
    virtual void lookAgainIn(int milliseconds) = 0;
};

// Look, act, look: a step reads the world and does only what is missing, so running it twice is running it
// once. An undo obeys the same rule and must bear that its step never began.
struct Step
{
    QByteArray name; // "disk"; the test hook stops at "server.create.disk"
    std::function<Result<>(OperationContext &)> run;
    std::function<Result<>(OperationContext &)> undo = {}; // absent: nothing to take back
    bool noReturn = false; // once this step began, the operation only goes forward
    // Steps of one pool name share a limit ("start": number of cores); empty: the general pool.
    QByteArray pool = {};
};

enum class Outcome { Done, Failed, Cancelled };

struct EngineOptions
{
    int firstRetryMs = 250; // after a transient failure (Unavailable, Busy, Timeout); doubled each time
    int mostRetryMs = 30'000;
    // A step that may be undone gives up after so many transient failures; one beyond the point of no return
    // after so many of any kind but transient ones, which it outlasts.
    int mostAttempts = 8;
    int pollMs = 1000; // between looks for rows that nobody announced
    qint64 keepFinishedMs = 24 * 3600 * 1000;
};

struct OperationKind
{
    QString name;
    std::vector<Step> steps;
    // Writes the target's settled state in the same transaction that ends the operation; the row is ended
    // already, so it may begin the next operation on the target. `operation` still has its data.
    std::function<Result<>(Transaction &, const Operation &, Outcome, const std::optional<Error> &)> settle;
};

// Carries out operations and finishes or undoes what a dead process left. One per process; kinds are added
// before start(); its thread is its own. wake() and begin() may be called from every thread.
class OperationEngine : public QObject
{
    Q_OBJECT

public:
    explicit OperationEngine(Database &database, EngineOptions options = {});
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

    // Word for the step it is at ("disk"); empty when it is past the last one or of no known kind.
    QString stepName(const Operation &operation) const;

    // There may be a waiting row now.
    void wake();
    // wake() for what may outlive the engine, such as the continuation of a write.
    std::function<void()> bell() const;
    // A step that waits for the world (a guest that shuts down) looks again now.
    void wakeTarget(const QString &targetKind, const QString &target);

    // Test builds: the process kills itself just before ("server.create.disk") or just after
    // ("server.create.disk.after") that step, its undo ("server.create.disk.undo", ".undo.after") or the end
    // ("server.create.settle", ".settle.after").
    static void stopAt(const QByteArray &step);

private:
    class Private;
    std::unique_ptr<Private> m_d;
};

} // namespace nephele
